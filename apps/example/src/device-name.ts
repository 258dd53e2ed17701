/** What to look for in a User-Agent. The first that fits counts, as most browsers also name those that they resemble. */
const BROWSERS: [RegExp, string][] = [
  [/Edg/, 'Edge'],
  [/OPR/, 'Opera'],
  [/Firefox|FxiOS/, 'Firefox'],
  [/Chrome|CriOS/, 'Chrome'],
  [/Safari/, 'Safari'],
];

const SYSTEMS: [RegExp, string][] = [
  [/iPhone/, 'iPhone'],
  [/iPad/, 'iPad'],
  [/Android/, 'Android'],
  [/Windows/, 'Windows'],
  [/Mac OS/, 'macOS'],
  [/Linux/, 'Linux'],
];

const MAX_LENGTH = 40;

/** A few words for a device, by which its owner can tell it from others; never empty. */
export function deviceName(userAgent = ''): string {
  const names = [BROWSERS, SYSTEMS].flatMap((known) => nameIn(userAgent, known));
  return names.join(' on ') || userAgent.slice(0, MAX_LENGTH) || 'Unknown device';
}

function nameIn(userAgent: string, known: [RegExp, string][]): string[] {
  return known
    .filter(([pattern]) => pattern.test(userAgent))
    .map(([, name]) => name)
    .slice(0, 1);
}
