// Freezes Redis, sends requests meanwhile, and shows when each was sent, how it ended and how long it took.

/** A browser sends at most six requests at once to a host. So often, no more of them wait at once for two seconds. */
const EVERY_MS = 400;
/** The first requests see a Redis that answers. */
const FREEZE_AT_MS = 1000;
const LAST_AT_MS = 9500;
const SHOWN_MS = 10_000;

const button = document.querySelector('#freeze');
const summary = document.querySelector('#summary');
const timeline = document.querySelector('#timeline');
const table = document.querySelector('#visits');

button.addEventListener('click', async () => {
  button.disabled = true;
  timeline.replaceChildren();
  table.replaceChildren();
  try {
    await watchOutage();
  } catch (error) {
    say([`This did not work: ${error.message}`]);
  } finally {
    button.disabled = false;
  }
});

async function watchOutage() {
  // It gets a session, which the others then share.
  await fetchVisit();
  const start = performance.now();
  const visits = [];
  const sending = setInterval(() => visits.push(visit(start)), EVERY_MS);
  try {
    say(['Requests are sent.']);
    await moment(start, FREEZE_AT_MS);
    const freeze = await freezeRedis(start);
    say([`Redis is frozen for ${seconds(freeze.end - freeze.begin)}. Requests go on.`]);
    await moment(start, LAST_AT_MS);
    clearInterval(sending);
    say(sentences(await Promise.all(visits), freeze));
  } finally {
    clearInterval(sending);
  }
}

/** @returns when Redis is frozen, in milliseconds since the start. */
async function freezeRedis(start) {
  const response = await fetch('/outage', { method: 'POST' });
  if (response.status === 409) throw new Error('Redis is frozen already. Try again in a moment.');
  if (!response.ok) throw new Error(`the server answered ${response.status}.`);
  const begin = performance.now() - start;
  const { forMs } = await response.json();
  const span = { begin, end: begin + forMs };
  timeline.prepend(place(element('div', 'frozen'), span));
  return span;
}

async function visit(start) {
  const begin = performance.now() - start;
  const bar = element('div', 'visit');
  timeline.append(bar);
  place(bar, { begin, end: begin });
  const status = await fetchVisit();
  const done = { begin, end: performance.now() - start, status };
  bar.classList.add(done.status === 200 ? 'ok' : 'refused');
  place(bar, done);
  table.append(row(done));
  return done;
}

/** @returns the status of the answer; 0 where there is none. */
async function fetchVisit() {
  try {
    // Else a browser waits with the next request for what it may keep of this one.
    return (await fetch('/outage/visit', { cache: 'no-store' })).status;
  } catch {
    return 0;
  }
}

/** What was seen, in words. */
function sentences(visits, freeze) {
  const answered = visits.filter(({ status }) => status === 200);
  const longest = Math.max(...visits.map(({ begin, end }) => end - begin));
  const back = answered.map(({ end }) => end).filter((end) => end > freeze.end);
  return [
    `${visits.length} requests were sent: ${answered.length} were answered with 200, ${visits.length - answered.length} were not.`,
    `The longest wait was ${seconds(longest)}.`,
    back.length > 0
      ? `The first session was there again ${seconds(Math.min(...back) - freeze.end)} after Redis went on.`
      : 'No session was there again yet.',
  ];
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(2)} s`;
}

function moment(start, ms) {
  return new Promise((resolve) => setTimeout(resolve, start + ms - performance.now()));
}

function say(lines) {
  summary.textContent = lines.join(' ');
  if (lines.length > 1) timeline.setAttribute('aria-label', lines.join(' '));
}

function row({ begin, end, status }) {
  const cells = [seconds(begin), status || 'no answer', seconds(end - begin)];
  const line = element('tr', '');
  for (const text of cells)
    line.append(Object.assign(element('td', 'number'), { textContent: text }));
  return line;
}

/** Puts a bar on the timeline, whose whole width is ten seconds. */
function place(bar, { begin, end }) {
  bar.style.marginInlineStart = `${(begin / SHOWN_MS) * 100}%`;
  bar.style.width = `${((end - begin) / SHOWN_MS) * 100}%`;
  return bar;
}

function element(name, className) {
  return Object.assign(document.createElement(name), { className });
}
