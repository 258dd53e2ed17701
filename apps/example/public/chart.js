// Reads /metrics every two seconds, and shows the numbers as lines and as a table.

import { draw } from './lines.js';
import { operationsIn, since, together, within } from './operations.js';

const EVERY_MS = 2000;
/** Two minutes. */
const SHOWN = 60;

const state = document.querySelector('#state');
const table = document.querySelector('#numbers');
const points = [];
let last;

for (;;) {
  await look();
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}

async function look() {
  try {
    const response = await fetch('/metrics', { cache: 'no-store' });
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    take({ at: performance.now(), operations: operationsIn(await response.text()) });
    say('The numbers are read every two seconds.');
  } catch (error) {
    say(`The numbers cannot be read just now: ${error.message}.`);
  }
}

/** A status that stays the same is not said again. */
function say(text) {
  if (state.textContent !== text) state.textContent = text;
}

function take(reading) {
  if (last !== undefined) points.push(pointOf(last, reading));
  if (points.length > SHOWN) points.shift();
  last = reading;
  showLines();
  showTable(reading.operations, points.at(-1));
}

/** What happened between two readings. */
function pointOf(before, { at, operations }) {
  const changes = new Map();
  for (const [name, now] of operations) changes.set(name, since(before.operations.get(name), now));
  const seconds = (at - before.at) / 1000;
  const rates = new Map([...changes].map(([name, { count }]) => [name, count / seconds]));
  const all = together(changes.values());
  return { rates, half: within(0.5, all), most: within(0.95, all) };
}

function showLines() {
  const names = [...last.operations.keys()];
  const rates = names.map((name) => [name, points.map(({ rates }) => rates.get(name) ?? 0)]);
  draw(document.querySelector('#rate'), rates, SHOWN);
  const latencies = [
    ['half within', points.map(({ half }) => half * 1000)],
    ['95 % within', points.map(({ most }) => most * 1000)],
  ];
  draw(document.querySelector('#latency'), latencies, SHOWN);
}

function showTable(operations, point) {
  const rows = [...operations].map(([name, operation]) => [
    name,
    (point?.rates.get(name) ?? 0).toFixed(1),
    operation.count,
    milliseconds(within(0.5, operation)),
    milliseconds(within(0.95, operation)),
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
