// Starts a race and shows its events, which come as lines of JSON while it runs.

const start = document.querySelector('#start');
const summary = document.querySelector('#summary');

start.disabled = false;
start.addEventListener('click', async () => {
  start.disabled = true;
  summary.textContent = 'The requests are under way.';
  try {
    summary.textContent = await race();
  } catch (error) {
    summary.textContent = `The race broke off: ${error.message}`;
  } finally {
    start.disabled = false;
  }
});

async function race() {
  const response = await fetch('/race', { method: 'POST' });
  if (response.status === 429) return 'Those were many races. Please wait a minute.';
  if (!response.ok) return `The race did not start: the server answered ${response.status}.`;
  const sides = new Map();
  for await (const line of lines(response.body)) show(JSON.parse(line), sides);
  return [...sides.values()].map(inWords).join(' ');
}

/** The lines of a stream of bytes, each as soon as it is there. */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const parts = (rest + part.value).split('\n');
    rest = parts.pop();
    yield* parts;
  }
}

function show(event, sides) {
  if (event.type === 'begin') {
    for (const { side, title } of event.sides) sides.set(side, begin(side, title, event.writes));
    return;
  }
  const side = sides.get(event.side);
  note(side, event);
  side.count.textContent = progressOf(side);
  if (side.state !== 'running') finish(side);
}

function begin(name, title, writes) {
  const grid = document.querySelector(`#${name}-grid`);
  const count = document.querySelector(`#${name}-count`);
  for (const cell of grid.children) cell.className = 'cell';
  return { title, writes, grid, count, state: 'running', answered: 0, survived: 0 };
}

function note(side, { type, field, atOnce, reason }) {
  if (type === 'answered') {
    side.answered++;
    side.grid.children[field].classList.add('sent');
  } else if (type === 'survived') {
    side.survived++;
    side.grid.children[field].className = 'cell kept';
  } else {
    Object.assign(side, { state: type, atOnce, reason });
  }
}

/** What was answered and is not there has been lost; after a failure, nobody knows. */
function finish({ state, grid, ...side }) {
  if (state === 'end') {
    for (const cell of grid.querySelectorAll('.sent')) cell.className = 'cell lost';
  }
  grid.setAttribute('aria-label', inWords({ state, ...side }));
}

function progressOf({ state, writes, answered, survived, atOnce, reason }) {
  if (state === 'failed') return `Failed: ${reason}`;
  if (state === 'running') return `${answered} of ${writes} answered.`;
  return `${survived} of ${writes} fields survived. Up to ${atOnce} requests were under way at once.`;
}

function inWords({ title, state, writes, survived, reason }) {
  if (state === 'failed') return `${title} failed: ${reason}`;
  return `${title} kept ${survived} of ${writes} fields.`;
}
