/** A bar, its length in proportion to its value. */
export interface Bar {
  label: string;
  value: number;
  /** Whether it stands out, as what the chart is about. */
  isMine: boolean;
}

const WIDTH = 720;
const LABELS = 230;
const VALUES = 70;
const HEAD = 36;
const LINE = 26;

// A page shows an SVG as an image, so that only the reader's own preference says whether it is dark.
const STYLE = `
    text { font: 13px sans-serif; fill: #1f2328 }
    .title { font-weight: bold }
    rect { fill: #afb8c1 }
    .mine { fill: #1f6feb }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      rect { fill: #57606a }
      .mine { fill: #388bfd }
    }
  `;

/** Horizontal bars as SVG, in light and dark. Labels must need no escaping. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const height = HEAD + bars.length * LINE;
  const longest = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map((each, index) => line(each, HEAD + index * LINE, each.value / longest));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
  <style>${STYLE}</style>
  <text class="title" x="0" y="18">${title}</text>
${lines.join('\n')}
</svg>
`;
}

function line({ label, value, isMine }: Bar, top: number, share: number): string {
  const width = Math.round((WIDTH - LABELS - VALUES) * share);
  const baseline = top + 14;
  return `  <text x="0" y="${baseline}">${label}</text>
  <rect${isMine ? ' class="mine"' : ''} x="${LABELS}" y="${top}" width="${width}" height="18"/>
  <text x="${LABELS + width + 6}" y="${baseline}">${value.toFixed(0)}</text>`;
}
