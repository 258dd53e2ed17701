// Draws numbers over time as lines, in SVG that takes the full width of its container.

const HEIGHT = 100;
const SVG = 'http://www.w3.org/2000/svg';

/**
 * @param {Element} container its previous content is replaced.
 * @param {[name: string, values: number[]][]} series each with its newest value last, and NaN for a missing value.
 * @param {number} slots the number of values that fit.
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
  const scale = html('p', 'scale', `Top: ${highest.toFixed(1)}. Width: two minutes.`);
  container.replaceChildren(scale, chart, legend(series));
}

/** Returns a line from value to value. Next to a missing value, a line of zero length shows as a dot. */
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
