// Freezes Redis while it sends requests, and shows when each was sent, its status and its duration.

const INTERVAL_MS = 200;
/** With more, the browser would queue requests, and their duration would say nothing about Redis. */
const MAX_OPEN = 6;
/** The first requests run before the freeze. */
const FREEZE_AT_MS = 1000;
const END_AT_MS = 9000;
const TIMELINE_MS = 10_000;

const button = document.querySelector('#freeze');
const summary = document.querySelector('#summary');
const timeline = document.querySelector('#timeline');
const table = document.querySelector('#visits');

button.disabled = false;
button.addEventListener('click', async () => {
  button.disabled = true;
  timeline.replaceChildren();
  table.replaceChildren();
  try {
    await watchOutage();
  } catch (error) {
    show([`The page could not do this: ${error.message}`]);
  } finally {
    button.disabled = false;
  }
});

async function watchOutage() {
  // The first request creates the session that the others share.
  await fetchVisit();
  const start = performance.now();
  const visits = [];
  let open = 0;
  const sending = setInterval(async () => {
    if (open === MAX_OPEN) return;
    open++;
    visits.push(visit(start));
    await visits.at(-1);
    open--;
  }, INTERVAL_MS);
  try {
    show(['The page is sending requests.']);
    await until(start, FREEZE_AT_MS);
    const freeze = await freezeRedis(start);
    show([
      `Redis is frozen for ${seconds(freeze.end - freeze.begin)}. The page keeps sending requests.`,
    ]);
    await until(start, END_AT_MS);
    clearInterval(sending);
    show(sentences(await Promise.all(visits), freeze));
  } finally {
    clearInterval(sending);
  }
}

/** @returns when the freeze begins and ends, in milliseconds since the start. */
async function freezeRedis(start) {
  const response = await fetch('/outage', { method: 'POST' });
  if (response.status === 409) throw new Error('Redis is frozen already. Try again in a moment.');
  if (!response.ok) throw new Error(`the server responded with status ${response.status}.`);
  const begin = since(start);
  const { forMs } = await response.json();
  const span = { begin, end: begin + forMs };
  timeline.prepend(place(element('div', 'frozen'), span));
  return span;
}

async function visit(start) {
  const begin = since(start);
  const bar = element('div', 'visit');
  const cells = [seconds(begin), '…', '…'].map(cell);
  timeline.append(bar);
  table.append(element('tr', '', ...cells));
  const growing = setInterval(() => place(bar, { begin, end: since(start) }), 50);
  const status = await fetchVisit();
  clearInterval(growing);
  const end = since(start);
  place(bar, { begin, end }).classList.add(status === 200 ? 'ok' : 'refused');
  cells[1].textContent = status || 'no response';
  cells[2].textContent = seconds(end - begin);
  return { begin, end, status };
}

/** @returns the status of the response, or 0 if there is none. */
async function fetchVisit() {
  try {
    // Without `no-store`, the browser waits for the previous response, which it might cache.
    return (await fetch('/outage/visit', { cache: 'no-store' })).status;
  } catch {
    return 0;
  }
}

/** Describes the result. */
function sentences(visits, freeze) {
  const succeeded = visits.filter(({ status }) => status === 200);
  const longest = Math.max(...visits.map(({ begin, end }) => end - begin));
  const afterFreeze = succeeded.map(({ end }) => end).filter((end) => end > freeze.end);
  return [
    `The page sent ${visits.length} requests: ${succeeded.length} succeeded and ${visits.length - succeeded.length} failed.`,
    `The longest took ${seconds(longest)}.`,
    afterFreeze.length > 0
      ? `Sessions were back ${seconds(Math.min(...afterFreeze) - freeze.end)} after the freeze ended.`
      : 'Sessions were not back yet.',
  ];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

function since(start) {
  return performance.now() - start;
}

function until(start, ms) {
  return new Promise((resolve) => setTimeout(resolve, ms - since(start)));
}

function show(lines) {
  summary.textContent = lines.join(' ');
  if (lines.length > 1) timeline.setAttribute('aria-label', lines.join(' '));
}

/** Positions a bar on the timeline. */
function place(bar, { begin, end }) {
  bar.style.marginInlineStart = `${(begin / TIMELINE_MS) * 100}%`;
  bar.style.width = `${((end - begin) / TIMELINE_MS) * 100}%`;
  return bar;
}

function cell(textContent) {
  return element('td', 'number', textContent);
}

function element(name, className, ...content) {
  const created = Object.assign(document.createElement(name), { className });
  created.append(...content);
  return created;
}
