/** Patterns in a User-Agent. The first match wins, because most browsers also name the browsers that they resemble. */
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

/** Returns a short name that helps users tell their devices apart. It is never empty. */
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
