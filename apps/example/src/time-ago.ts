const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
] as const;

const words = new Intl.RelativeTimeFormat('en');

/** Describes a past moment in whole units: `5 minutes ago`. */
export function timeAgo(moment: Date): string {
  const seconds = (Date.now() - moment.getTime()) / 1000;
  for (const [unit, length] of UNITS) {
    if (seconds >= length) return words.format(-Math.floor(seconds / length), unit);
  }
  return 'just now';
}
