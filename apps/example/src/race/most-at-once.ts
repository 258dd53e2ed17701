/** When some work began and when it ended, in milliseconds. */
export interface Span {
  began: number;
  ended: number;
}

/** How many were under way in the moment when most were. */
export function mostAtOnce(spans: Span[]): number {
  const underWay = (moment: number) =>
    spans.filter(({ began, ended }) => began <= moment && moment < ended).length;
  // It can only grow when one begins.
  return Math.max(0, ...spans.map(({ began }) => underWay(began)));
}
