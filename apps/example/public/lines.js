// Draws numbers over time as lines, in SVG that is as wide as the page lets it be.

const HEIGHT = 100;
const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {Element} container what was drawn there before goes away.
 * @param {[name: string, values: number[]][]} series the newest value of each last, NaN where there was none.
 * @param {number} slots how many values have room.
 */
export function draw(container, series, slots) {
  const highest = Math.max(...series.flatMap(([, values]) => values.filter(Number.isFinite)), 1);
  const chart = svg('svg', {
    viewBox: `0 0 ${slots - 1} ${HEIGHT}`,
    preserveAspectRatio: 'none',
    'aria-hidden': true,
  });
  chart.append(
    ...series.map(([, values], index) =>
      svg('path', { class: `line-${index}`, d: path(values, slots, HEIGHT / highest) }),
    ),
  );
  const top = html('p', 'scale', `${highest.toFixed(1)} at the top, two minutes wide`);
  container.replaceChildren(top, chart, legend(series));
}

/** A line from value to value. Beside a gap, a line without length is a dot. */
function path(values, slots, scale) {
  const first = slots - values.length;
  const steps = values.map((value, index) => {
    if (!Number.isFinite(value)) return '';
    const command = Number.isFinite(values[index - 1]) ? 'L' : 'M';
    return `${command}${first + index} ${(HEIGHT - value * scale).toFixed(1)}h0`;
  });
  return steps.join('');
}

function legend(series) {
  const list = html('ul', 'legend', '');
  list.append(...series.map(([name], index) => html('li', `line-${index}`, name)));
  return list;
}

function html(name, className, textContent) {
  return Object.assign(document.createElement(name), { className, textContent });
}

function svg(name, attributes) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  return element;
}
