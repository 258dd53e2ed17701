/** When a request began and when it ended, in milliseconds. */
export interface Span {
  began: number;
  ended: number;
}

/** Returns the highest number of requests that were open at the same time. */
export function peakConcurrency(spans: Span[]): number {
  const openAt = (moment: number) =>
    spans.filter(({ began, ended }) => began <= moment && moment < ended).length;
  // The number rises only when a request begins.
  return Math.max(0, ...spans.map(({ began }) => openAt(began)));
}
