// Starts a race and shows its events, which arrive as lines of JSON while it runs.

const start = document.querySelector('#start');
const summary = document.querySelector('#summary');

start.disabled = false;
start.addEventListener('click', async () => {
  start.disabled = true;
  summary.textContent = 'The race is running.';
  try {
    summary.textContent = await race();
  } catch (error) {
    summary.textContent = `The race stopped early: ${error.message}`;
  } finally {
    start.disabled = false;
  }
});

async function race() {
  const response = await fetch('/race', { method: 'POST' });
  if (response.status === 429) return 'You have started too many races. Please wait a minute.';
  if (!response.ok)
    return `The race did not start: the server responded with status ${response.status}.`;
  const contenders = new Map();
  for await (const line of lines(response.body)) show(JSON.parse(line), contenders);
  return [...contenders.values()].map(describe).join(' ');
}

/** Yields each line of a stream of bytes as soon as it is complete. */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const parts = (rest + part.value).split('\n');
    rest = parts.pop();
    yield* parts;
  }
}

function show(event, contenders) {
  if (event.type === 'begin') {
    for (const { contender, title } of event.contenders) {
      contenders.set(contender, begin(contender, title, event.writes));
    }
    return;
  }
  const contender = contenders.get(event.contender);
  apply(event, contender);
  contender.status.textContent = progressOf(contender);
  contender.tally.textContent = tallyOf(contender);
  if (contender.state !== 'running') finish(contender);
}

function begin(name, title, writes) {
  const grid = document.querySelector(`#${name}-grid`);
  const status = document.querySelector(`#${name}-count`);
  const tally = document.querySelector(`#${name}-tally`);
  for (const cell of grid.children) cell.className = 'cell';
  return { title, writes, grid, status, tally, state: 'running', answered: 0, survived: 0 };
}

function apply({ type, field, ...result }, contender) {
  if (type === 'answered') {
    contender.answered++;
    contender.grid.children[field].classList.add('sent');
  } else if (type === 'survived') {
    contender.survived++;
    contender.grid.children[field].className = 'cell kept';
  } else {
    Object.assign(contender, result, { state: type });
  }
}

/** Marks the fields that did not survive as lost. After a failure, it is unknown which fields those are. */
function finish({ state, grid, ...contender }) {
  if (state === 'end') {
    for (const cell of grid.querySelectorAll('.sent')) cell.className = 'cell lost';
  }
  grid.setAttribute('aria-label', describe({ state, ...contender }));
}

function progressOf({ state, writes, answered, survived, atOnce, reason }) {
  if (state === 'failed') return `Failed: ${reason}`;
  if (state === 'running') return `${answered} of ${writes} requests answered.`;
  return `${survived} of ${writes} fields survived. Up to ${atOnce} requests ran at once.`;
}

function tallyOf({ state, writes, count, products }) {
  if (state !== 'end') return '';
  return `The counter says ${count} of ${writes}. The basket has ${products} of ${writes} products.`;
}

function describe({ title, state, writes, survived, reason }) {
  if (state === 'failed') return `${title} failed: ${reason}`;
  return `${title} kept ${survived} of ${writes} fields.`;
}
