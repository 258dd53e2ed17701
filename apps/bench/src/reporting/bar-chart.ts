/** A bar whose length is proportional to its value. */
export interface Bar {
  label: string;
  value: number;
  /** Draws the bar in a color that stands out. */
  isHighlighted: boolean;
}

const WIDTH = 720;
const LABEL_WIDTH = 230;
const VALUE_WIDTH = 70;
const TITLE_HEIGHT = 36;
const LINE_HEIGHT = 26;

// A page shows the SVG as an image, so the page's own dark mode does not reach it. The reader's system preference does.
const STYLE = `
    text { font: 13px sans-serif; fill: #1f2328 }
    .title { font-weight: bold }
    rect { fill: #afb8c1 }
    .highlighted { fill: #1f6feb }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 }
      rect { fill: #57606a }
      .highlighted { fill: #388bfd }
    }
  `;

/** Draws horizontal bars as SVG, for light and dark pages. Does not escape labels. */
export function barChart(title: string, bars: readonly Bar[]): string {
  const height = TITLE_HEIGHT + bars.length * LINE_HEIGHT;
  const longest = Math.max(...bars.map(({ value }) => value));
  const lines = bars.map((each, index) =>
    line(each, TITLE_HEIGHT + index * LINE_HEIGHT, each.value / longest),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">
  <style>${STYLE}</style>
  <text class="title" x="0" y="18">${title}</text>
${lines.join('\n')}
</svg>
`;
}

function line({ label, value, isHighlighted }: Bar, top: number, share: number): string {
  const width = Math.round((WIDTH - LABEL_WIDTH - VALUE_WIDTH) * share);
  const baseline = top + 14;
  return `  <text x="0" y="${baseline}">${label}</text>
  <rect${isHighlighted ? ' class="highlighted"' : ''} x="${LABEL_WIDTH}" y="${top}" width="${width}" height="18"/>
  <text x="${LABEL_WIDTH + width + 6}" y="${baseline}">${value.toFixed(0)}</text>`;
}
