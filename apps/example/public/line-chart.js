// Shows numbers over time as lines. uPlot draws them on a canvas, whose label says the same to a screen reader.

import uPlot from '/uplot/uPlot.esm.js';

const HEIGHT = 180;

export class LineChart {
  #container;
  #empty;
  #seconds;
  #unit;
  #names = '';
  #plot;
  #legend = document.createElement('ul');

  /**
   * @param {Element} container with a text to show while there is nothing to draw.
   * @param {{ seconds: number, unit: string }} options how far back it shows, and the unit of its numbers.
   */
  constructor(container, { seconds, unit }) {
    this.#container = container;
    this.#empty = container.firstElementChild;
    this.#seconds = seconds;
    this.#unit = unit;
    this.#legend.className = 'legend';
    new ResizeObserver(() => this.#plot?.setSize(this.#size())).observe(container);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () =>
      this.#plot?.redraw(),
    );
  }

  /**
   * @param {number[]} times in seconds before now, thus negative, in ascending order.
   * @param {[name: string, values: number[]][]} series a value for each time. Other values than finite numbers leave a gap.
   */
  draw(times, series) {
    const lines = series.map(([, values]) =>
      values.map((value) => (Number.isFinite(value) ? value : null)),
    );
    const highest = Math.max(0, ...lines.flat());
    this.#empty.hidden = highest > 0;
    if (highest === 0) return this.#clear();
    const names = series.map(([name]) => name);
    if (this.#plot === undefined || String(names) !== this.#names) this.#create(names);
    this.#plot.setData([times, ...lines]);
    this.#label(times, series, highest);
  }

  #clear() {
    this.#plot?.destroy();
    this.#plot = undefined;
    this.#legend.remove();
  }

  #create(names) {
    this.#clear();
    this.#names = String(names);
    this.#legend.replaceChildren(...names.map(legendItem));
    const axis = {
      stroke: () => this.#color('--muted'),
      grid: { stroke: () => this.#color('--line'), width: 1 },
      ticks: { show: false },
      font: `12px ${getComputedStyle(document.body).fontFamily}`,
    };
    const options = {
      ...this.#size(),
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { show: false },
      scales: {
        x: { time: false, range: [-this.#seconds, 0] },
        y: { range: (_plot, _lowest, highest) => [0, highest * 1.1] },
      },
      axes: [
        { ...axis, size: 32, values: (_plot, values) => values.map((value) => `${value} s`) },
        { ...axis, size: 44 },
      ],
      series: [
        {},
        ...[...this.#legend.children].map((item) => ({
          width: 2,
          stroke: () => getComputedStyle(item).getPropertyValue('--color'),
        })),
      ],
    };
    this.#plot = new uPlot(options, undefined, this.#container);
    this.#container.append(this.#legend);
  }

  #label(times, series, highest) {
    const { canvas } = this.#plot.ctx;
    const now = series.map(([name, values]) => `${name} ${shown(values.at(-1))}`);
    canvas.setAttribute('role', 'img');
    canvas.setAttribute(
      'aria-label',
      `Lines over the last ${Math.round(-times[0])} seconds, in ${this.#unit}. Now: ${now.join(', ')}. Highest: ${shown(highest)}.`,
    );
  }

  #size() {
    return { width: this.#container.clientWidth, height: HEIGHT };
  }

  #color(name) {
    return getComputedStyle(this.#container).getPropertyValue(name);
  }
}

function legendItem(textContent, index) {
  return Object.assign(document.createElement('li'), { className: `line-${index}`, textContent });
}

function shown(value) {
  return Number.isFinite(value) ? value.toFixed(1) : 'none';
}
