// Reads /metrics every two seconds, and shows the numbers as lines and as a table.

import { LineChart } from './line-chart.js';
import { difference, operationsIn, quantile, total } from './operations.js';

const INTERVAL_MS = 2000;
/** How far back the lines go. */
const SECONDS = 120;

const state = document.querySelector('#state');
const table = document.querySelector('#numbers');
const rateChart = new LineChart(document.querySelector('#rate'), {
  seconds: SECONDS,
  unit: 'operations per second',
});
const latencyChart = new LineChart(document.querySelector('#latency'), {
  seconds: SECONDS,
  unit: 'milliseconds',
});
let points = [];
let last;

for (;;) {
  await read();
  await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
}

async function read() {
  try {
    const response = await fetch('/metrics', { cache: 'no-store' });
    if (!response.ok) throw new Error(`the server responded with status ${response.status}`);
    add({ at: performance.now(), operations: operationsIn(await response.text()) });
    setState('The page reads the numbers every two seconds.');
  } catch (error) {
    setState(`The page cannot read the numbers: ${error.message}.`);
  }
}

/** Changes the text only if it differs, because a screen reader announces each change. */
function setState(text) {
  if (state.textContent !== text) state.textContent = text;
}

function add(reading) {
  if (last !== undefined) points.push(pointBetween(last, reading));
  points = points.filter(({ at }) => at > reading.at - SECONDS * 1000);
  last = reading;
  showLines();
  showTable(reading.operations, points.at(-1));
}

/** Returns rates and latencies of the time between two readings. */
function pointBetween(before, { at, operations }) {
  const changes = new Map();
  for (const [name, now] of operations) {
    changes.set(name, difference(before.operations.get(name), now));
  }
  const seconds = (at - before.at) / 1000;
  const rates = new Map([...changes].map(([name, { count }]) => [name, count / seconds]));
  const all = total(changes.values());
  return { at, rates, p50: quantile(0.5, all), p95: quantile(0.95, all) };
}

function showLines() {
  const times = points.map(({ at }) => (at - last.at) / 1000);
  const names = [...last.operations.keys()];
  rateChart.draw(
    times,
    names.map((name) => [name, points.map(({ rates }) => rates.get(name) ?? 0)]),
  );
  latencyChart.draw(times, [
    ['p50', points.map(({ p50 }) => p50 * 1000)],
    ['p95', points.map(({ p95 }) => p95 * 1000)],
  ]);
}

function showTable(operations, point) {
  const rows = [...operations].map(([name, operation]) => [
    name,
    (point?.rates.get(name) ?? 0).toFixed(1),
    operation.count,
    milliseconds(quantile(0.5, operation)),
    milliseconds(quantile(0.95, operation)),
  ]);
  table.replaceChildren(...rows.map(rowOf));
}

function milliseconds(seconds) {
  if (seconds === undefined) return '–';
  return seconds === Infinity ? 'over 2.5 s' : `${(seconds * 1000).toFixed(1)} ms`;
}

function rowOf([name, ...numbers]) {
  const row = document.createElement('tr');
  const head = Object.assign(document.createElement('th'), { scope: 'row', textContent: name });
  row.append(head, ...numbers.map(cellOf));
  return row;
}

function cellOf(textContent) {
  return Object.assign(document.createElement('td'), { className: 'number', textContent });
}
