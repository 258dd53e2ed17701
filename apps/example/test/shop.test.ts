import { beforeAll, expect, test } from '@jest/globals';
import { sharedApp } from './app-process.ts';
import { Browser, sessionId } from './browser.ts';
import { countIn } from './metrics-text.ts';

let url: string;
const shared = sharedApp({});
beforeAll(() => {
  url = shared.app.url;
});

async function signedIn(name: string): Promise<Browser> {
  const browser = new Browser();
  await browser.submit(`${url}/sign-in`, { name });
  return browser;
}

test('sign in, come back, sign out', async () => {
  const browser = await signedIn('Ada');
  expect((await browser.open(url)).text).toContain('Visits since then: 1.');
  expect((await browser.open(url)).text).toContain('Visits since then: 2.');
  const { cookie } = browser;
  const signOut = await browser.submit(`${url}/sign-out`);
  expect([signOut.status, signOut.headers.get('location'), browser.cookie]).toEqual([
    303,
    '/?why=signed-out',
    '',
  ]);
  const { text } = await browser.open(`${url}/?why=signed-out`);
  expect(text).toContain('You have signed out.');
  browser.cookie = cookie;
  expect((await browser.open(url)).text).not.toContain('Signed in');
});

test('a visitor who only looks gets no session', async () => {
  const browser = new Browser();
  await browser.open(url);
  await browser.open(`${url}/health`);
  await browser.submit(`${url}/sign-in`, { name: '' });
  expect(browser.cookie).toBe('');
});

test('the home page shows how long the session has left, and each request renews it', async () => {
  const browser = new Browser();
  expect((await browser.open(url)).text).toContain('You have no session yet.');
  await browser.submit(`${url}/basket/add`, { product: 'tea' });
  const before = Date.now();
  const { text, headers } = await browser.open(url);
  expect(text).toMatch(/<time datetime="[^"]+">just now<\/time>/);
  expect(text).toContain('<span id="time-left">30:00</span> minutes');
  expect(text).toContain('max="1800" value="1800"');
  const [, expires = ''] = headers.get('set-cookie')?.match(/Expires=([^;]+)/) ?? [];
  const ttlMs = 30 * 60_000;
  // The header has no milliseconds.
  expect(Date.parse(expires)).toBeGreaterThan(before + ttlMs - 1000);
  expect(Date.parse(expires)).toBeLessThanOrEqual(Date.now() + ttlMs);
  expect(text).not.toContain('Signed in');
});

test('the home page shows what served it', async () => {
  const { text } = await new Browser().open(url);
  expect(text).toContain('<dd>redis-mock, in the memory of this process</dd>');
  expect(text).toMatch(/<dt>Process<\/dt><dd>\d+<\/dd>/);
});

test.each([
  ['/', 'Home'],
  ['/devices', 'Your devices'],
])('the navigation marks %s', async (path, name) => {
  const browser = await signedIn('Ada');
  const { text } = await browser.open(`${url}${path}?from=elsewhere`);
  expect(text.match(/<a [^>]*aria-current[^<]*/g)).toEqual([
    `<a href="${path}" aria-current="page">${name}`,
  ]);
});

test('a sign-in changes the id of the session and keeps the basket', async () => {
  const browser = new Browser();
  await browser.submit(`${url}/basket/add`, { product: 'tea' });
  const attacker = new Browser();
  attacker.cookie = browser.cookie;
  await browser.submit(`${url}/sign-in`, { name: 'Ada' });
  expect(sessionId(browser.cookie)).not.toBe(sessionId(attacker.cookie));
  expect((await browser.open(url)).text).toContain('<span>Tea: 1</span>');
  const seen = (await attacker.open(url)).text;
  expect(seen).not.toContain('Signed in');
  expect(seen).toContain('It is empty.');
});

test('the basket counts the products that are added, and drops those that are removed', async () => {
  const browser = new Browser();
  for (const product of ['tea', 'bread', 'tea']) {
    const added = await browser.submit(`${url}/basket/add`, { product });
    expect([added.status, added.headers.get('location')]).toEqual([303, '/']);
  }
  await browser.submit(`${url}/basket/remove`, { product: 'bread' });
  const { text } = await browser.open(url);
  expect(text).toContain('<span>Tea: 2</span>');
  expect(text).not.toContain('<span>Bread:');
});

test('the page escapes a name', async () => {
  const browser = await signedIn(`<script>alert("&'")</script>`);
  const { text } = await browser.open(url);
  expect(text).toContain(
    '<strong>&lt;script&gt;alert(&quot;&amp;&#39;&quot;)&lt;/script&gt;</strong>',
  );
  expect(text).not.toContain('<script>');
});

test('a name is trimmed', async () => {
  const browser = await signedIn('  Ada Lovelace ');
  expect((await browser.open(url)).text).toContain('<strong>Ada Lovelace</strong>');
});

test.each([
  ['an empty name', { name: '' }],
  ['a name of spaces', { name: '   ' }],
  ['a name that is too long', { name: 'x'.repeat(51) }],
  ['no name', {}],
])('%s is refused', async (_, fields) => {
  const { status, text } = await new Browser().submit(`${url}/sign-in`, fields);
  expect(status).toBe(400);
  expect(text).toContain('Please enter a name of 1 to 50 characters.');
});

test.each(['wine', 'constructor', '__proto__', ''])(
  'the product "%s" is refused',
  async (product) => {
    const { status, text } = await new Browser().submit(`${url}/basket/add`, { product });
    expect(status).toBe(400);
    expect(text).toContain('The shop does not sell this product.');
  },
);

test('the cookie is HttpOnly and SameSite=Lax, and has an expiry', async () => {
  const { headers } = await new Browser().submit(`${url}/sign-in`, { name: 'Ada' });
  expect(headers.get('set-cookie')).toMatch(/; Expires=.*; HttpOnly; SameSite=Lax$/);
});

test('an unknown page is not found', async () => {
  expect((await new Browser().open(`${url}/basket`)).status).toBe(404);
});

test('a form that is too large is refused', async () => {
  const body = new URLSearchParams({ name: 'x'.repeat(200_000) });
  expect((await fetch(`${url}/sign-in`, { method: 'POST', body })).status).toBe(413);
});

test('the health check names the client', async () => {
  const { status, text } = await new Browser().open(`${url}/health`);
  expect([status, JSON.parse(text)]).toEqual([200, { status: 'ok', client: 'redis-mock' }]);
});

test('/metrics counts the operations of the store for Prometheus', async () => {
  const read = () => new Browser().open(`${url}/metrics`);
  const before = await read();
  for (let session = 1; session <= 3; session += 1) {
    await new Browser().submit(`${url}/basket/add`, { product: 'tea' });
  }
  const { status, headers, text } = await read();
  expect([status, headers.get('content-type')]).toEqual([
    200,
    expect.stringContaining('text/plain'),
  ]);
  expect(countIn(text, 'set') - countIn(before.text, 'set')).toBe(3);
  for (const [operation, outcome] of [
    ['set', 'stored'],
    ['get', 'hit'],
    ['destroy', 'done'],
  ]) {
    const count = `holdfast_operation_seconds_count{operation="${operation}",outcome="${outcome}"} `;
    expect(text).toContain(count);
    expect(Number(text.split(count)[1]?.split('\n')[0])).toBeGreaterThan(0);
  }
});
