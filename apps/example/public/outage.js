// Freezes Redis, sends requests meanwhile, and shows when each was sent, how it ended and how long it took.

const EVERY_MS = 200;
/** A browser would let further ones wait by itself, and their time would tell nothing of Redis. */
const AT_ONCE = 6;
/** The first requests see a Redis that answers. */
const FREEZE_AT_MS = 1000;
const LAST_AT_MS = 9000;
const SHOWN_MS = 10_000;

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
  let underWay = 0;
  const sending = setInterval(async () => {
    if (underWay === AT_ONCE) return;
    underWay++;
    visits.push(visit(start));
    await visits.at(-1);
    underWay--;
  }, EVERY_MS);
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
  const begin = now(start);
  const { forMs } = await response.json();
  const span = { begin, end: begin + forMs };
  timeline.prepend(place(element('div', 'frozen'), span));
  return span;
}

async function visit(start) {
  const begin = now(start);
  const bar = element('div', 'visit');
  const cells = [seconds(begin), '…', '…'].map(cell);
  timeline.append(bar);
  table.append(element('tr', '', ...cells));
  const growing = setInterval(() => place(bar, { begin, end: now(start) }), 50);
  const status = await fetchVisit();
  clearInterval(growing);
  const end = now(start);
  place(bar, { begin, end }).classList.add(status === 200 ? 'ok' : 'refused');
  cells[1].textContent = status || 'no answer';
  cells[2].textContent = seconds(end - begin);
  return { begin, end, status };
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

function now(start) {
  return performance.now() - start;
}

function moment(start, ms) {
  return new Promise((resolve) => setTimeout(resolve, ms - now(start)));
}

function say(lines) {
  summary.textContent = lines.join(' ');
  if (lines.length > 1) timeline.setAttribute('aria-label', lines.join(' '));
}

/** Puts a bar on the timeline, whose whole width is ten seconds. */
function place(bar, { begin, end }) {
  bar.style.marginInlineStart = `${(begin / SHOWN_MS) * 100}%`;
  bar.style.width = `${((end - begin) / SHOWN_MS) * 100}%`;
  return bar;
}

function cell(textContent) {
  return element('td', 'number', textContent);
}

function element(name, className, ...content) {
  const made = Object.assign(document.createElement(name), { className });
  made.append(...content);
  return made;
}
