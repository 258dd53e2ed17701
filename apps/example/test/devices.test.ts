import { createHash } from 'node:crypto';
import { until } from '@holdfast/test-servers';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { sharedApp } from './app-process.ts';
import { Browser, sessionId } from './browser.ts';
import { sharedRedis } from './shared-redis.ts';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const CHROME =
  'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36';
const SAFARI =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1';
const EDGE =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36 Edg/142.0.0.0';

const server = sharedRedis();

let addresses = 0;
/** Signs in from a new address each time, because the app limits the sign-ins of an address. */
async function signedIn(url: string, name: string, userAgent = 'test'): Promise<Browser> {
  const address = `10.0.0.${++addresses}`;
  const browser = new Browser({ 'user-agent': userAgent, 'x-forwarded-for': address });
  await browser.submit(`${url}/sign-in`, { name });
  return browser;
}

/** Returns what the devices page shows: this device, and the others with the handles that their buttons send. */
async function devices(url: string, browser: Browser) {
  const { status, text } = await browser.open(`${url}/devices`);
  const buttons = text.matchAll(
    /name="device" value="([^"]+)" aria-label="Sign out ([^"]+), last/g,
  );
  const others = [...buttons].map(([, handle = '', name = '']) => ({ handle, name }));
  return {
    status,
    text,
    here: text.match(/<strong>(.+)<\/strong> <span class="badge">This device/)?.[1],
    others: others.map(({ name }) => name),
    handleOf: (name: string) => others.find((other) => other.name === name)?.handle ?? '',
  };
}

/** Returns what the home page says to someone who is not signed in any more. */
async function whySignedOut(url: string, browser: Browser): Promise<string | undefined> {
  const { text } = await browser.open(`${url}/?why=devices`);
  return text.match(/<p class="notice" role="status">(.+)<\/p>/)?.[1];
}

async function isSignedIn(url: string, browser: Browser): Promise<boolean> {
  return (await browser.open(url)).text.includes('Signed in as');
}

/** Waits for the next millisecond, so that two sessions have a definite order. */
async function nextMillisecond(): Promise<void> {
  const start = Date.now();
  await until('the clock advances', () => Date.now() > start);
}

let users = 0;
/** Returns a name that no other test uses. */
const newUser = (): string => `User ${++users}`;

describe.each(['redis-mock', 'node-redis', 'ioredis'])('with %s', (client) => {
  let url: string;
  const shared = sharedApp(() => ({
    HOLDFAST_CLIENT: client,
    REDIS_URL: server.redis.url,
    TRUST_PROXY: '1',
  }));
  beforeAll(() => {
    url = shared.app.url;
  });

  /** Signs in one user on three devices, one after the other. */
  async function threeDevices(name = newUser()) {
    const laptop = await signedIn(url, name, FIREFOX);
    await nextMillisecond();
    const phone = await signedIn(url, name, CHROME);
    await nextMillisecond();
    const tablet = await signedIn(url, name, SAFARI);
    return { laptop, phone, tablet };
  }

  test('each device shows itself, and the others with the most recent activity first', async () => {
    const { laptop, phone } = await threeDevices();
    await nextMillisecond();
    expect(await devices(url, laptop)).toMatchObject({
      here: 'Firefox on Linux',
      others: ['Safari on iPhone', 'Chrome on Android'],
    });
    // The request of the laptop did not change the order: the store skips touches within a minute after a save.
    expect(await devices(url, phone)).toMatchObject({
      here: 'Chrome on Android',
      others: ['Safari on iPhone', 'Firefox on Linux'],
    });
  });

  test('a user with one device sees no others, even if other users have many', async () => {
    await threeDevices();
    const { here, others, text } = await devices(url, await signedIn(url, newUser(), EDGE));
    expect([here, others]).toEqual(['Edge on Windows', []]);
    expect(text).toContain('You are not signed in on any other device.');
    expect(text).not.toContain('Sign out all other devices');
  });

  test('signing out a device ends only that session, and this one keeps its basket', async () => {
    const { laptop, phone, tablet } = await threeDevices();
    await laptop.submit(`${url}/basket/add`, { product: 'tea' });
    const device = (await devices(url, laptop)).handleOf('Chrome on Android');
    const ended = await laptop.submit(`${url}/devices/sign-out`, { device });
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/devices']);
    expect((await devices(url, laptop)).others).toEqual(['Safari on iPhone']);
    expect(await isSignedIn(url, phone)).toBe(false);
    expect(await isSignedIn(url, tablet)).toBe(true);
    expect((await laptop.open(url)).text).toContain('<span>Tea: 1</span>');
  });

  test('signing out all others leaves this device and those of other users', async () => {
    const { laptop, phone, tablet } = await threeDevices();
    const otherUser = await signedIn(url, newUser());
    const ended = await tablet.submit(`${url}/devices/sign-out-others`);
    expect([ended.status, ended.headers.get('location')]).toEqual([303, '/devices']);
    expect((await devices(url, tablet)).others).toEqual([]);
    expect(await isSignedIn(url, laptop)).toBe(false);
    expect(await isSignedIn(url, phone)).toBe(false);
    expect(await whySignedOut(url, phone)).toBe('You were signed out on another of your devices.');
    expect(await isSignedIn(url, otherUser)).toBe(true);
    expect(await whySignedOut(url, otherUser)).toBeUndefined();
  });

  test('a user cannot sign out a device of another user', async () => {
    const { laptop, phone } = await threeDevices();
    const otherUser = await signedIn(url, newUser());
    const device = (await devices(url, laptop)).handleOf('Chrome on Android');
    const { status, text } = await otherUser.submit(`${url}/devices/sign-out`, { device });
    expect(status).toBe(404);
    expect(text).toContain('You are not signed in on this device.');
    expect(await isSignedIn(url, phone)).toBe(true);
  });

  test('a user cannot sign out this device as if it were another one', async () => {
    const browser = await signedIn(url, newUser());
    const device = createHash('sha256').update(sessionId(browser.cookie)).digest('hex');
    expect((await browser.submit(`${url}/devices/sign-out`, { device })).status).toBe(404);
    expect(await isSignedIn(url, browser)).toBe(true);
  });

  test('no page shows a session id, and no session id signs out a device', async () => {
    const { laptop, phone, tablet } = await threeDevices();
    const shown = [await laptop.open(url), await devices(url, laptop)].map(({ text }) => text);
    for (const { cookie } of [laptop, phone, tablet]) {
      expect(sessionId(cookie)).toHaveLength(32);
      expect(shown.join()).not.toContain(sessionId(cookie));
    }
    const device = sessionId(phone.cookie);
    expect((await laptop.submit(`${url}/devices/sign-out`, { device })).status).toBe(404);
  });

  test('the eleventh device ends the least recently active one', async () => {
    const name = newUser();
    const { laptop, phone, tablet } = await threeDevices(name);
    await isSignedIn(url, laptop);
    for (let number = 4; number <= 11; number += 1) await signedIn(url, name);
    expect((await devices(url, laptop)).others).toHaveLength(9);
    expect(await isSignedIn(url, phone)).toBe(false);
    expect(await whySignedOut(url, phone)).toContain('signed in on more than ten devices');
    expect(await isSignedIn(url, tablet)).toBe(true);
  });

  test('a browser that did not receive its sign-in reads so, and can sign in again', async () => {
    const browser = await signedIn(url, newUser());
    const { cookie } = browser;
    await browser.submit(`${url}/sign-in`, { name: newUser() });
    browser.cookie = cookie;
    expect(await whySignedOut(url, browser)).toBe('Your last sign-in did not reach this browser.');
    await browser.submit(`${url}/sign-in`, { name: newUser() });
    expect(await isSignedIn(url, browser)).toBe(true);
  });

  test('a visitor whose session is gone for another reason reads that it has ended', async () => {
    const browser = await signedIn(url, newUser());
    browser.cookie = browser.cookie.replace('holdfast.sid=', 'holdfast.sid=x');
    expect(await whySignedOut(url, browser)).toBe('Your session has ended.');
  });

  test('the page escapes the name of a device', async () => {
    const name = newUser();
    const here = await signedIn(url, name, `<i>"'&</i>`);
    await signedIn(url, name, '"><script>alert(1)</script>');
    const { text } = await devices(url, here);
    expect(text).toContain('<strong>&lt;i&gt;&quot;&#39;&amp;&lt;/i&gt;</strong>');
    expect(text).toContain('<strong>&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</strong>');
    expect(text).toContain('aria-label="Sign out &quot;&gt;&lt;script&gt;alert(1)');
    expect(text).not.toMatch(/<script|<i>/);
  });

  test.each([
    ['curl/8.5.0', 'curl/8.5.0'],
    ['x'.repeat(41), 'x'.repeat(40)],
    ['Mozilla/5.0 (X11; Linux x86_64)', 'Linux'],
    ['', 'Unknown device'],
  ])('the page shows the user agent "%s" as "%s"', async (userAgent, name) => {
    const browser = await signedIn(url, newUser(), userAgent);
    expect((await devices(url, browser)).here).toBe(name);
  });

  test.each([
    ['GET', '/devices'],
    ['POST', '/devices/sign-out'],
    ['POST', '/devices/sign-out-others'],
  ])('%s %s redirects visitors who are not signed in to the home page', async (method, path) => {
    const { status, headers } = await fetch(url + path, { method, redirect: 'manual' });
    expect([status, headers.get('location')]).toEqual([303, '/?why=devices']);
  });
});

describe('with a Redis that was changed by hand', () => {
  let url: string;
  const shared = sharedApp(() => ({ REDIS_URL: server.redis.url, TRUST_PROXY: '1' }));
  beforeAll(() => {
    url = shared.app.url;
  });

  const indexOf = (name: string) => `holdfast:user:sess:${name}`;

  test('a session without a device name becomes a device at its next save', async () => {
    const name = newUser();
    const [old, browser] = [await signedIn(url, name), await signedIn(url, name)];
    const key = `sess:${sessionId(old.cookie)}`;
    const { device: _device, ...session } = JSON.parse(String(await server.redis.raw('GET', key)));
    await server.redis.raw('SET', key, JSON.stringify(session), 'KEEPTTL');
    await server.redis.raw('DEL', indexOf(name));
    expect((await devices(url, browser)).others).toEqual([]);
    expect((await devices(url, old)).here).toBe('Unknown device');
    // The store skips touches of a session that it has just saved, but not saves.
    await old.submit(`${url}/basket/add`, { product: 'tea' });
    expect((await devices(url, browser)).others).toEqual(['Unknown device']);
  });

  test('if the store cannot list the devices, the page says so, and no one is signed out', async () => {
    const name = newUser();
    const browser = await signedIn(url, name);
    await server.redis.raw('RENAME', indexOf(name), 'aside');
    await server.redis.raw('SET', indexOf(name), 'not a sorted set');
    const { status, text } = await devices(url, browser);
    expect(status).toBe(503);
    expect(text).toContain('Please try again in a moment.');
    await server.redis.raw('RENAME', 'aside', indexOf(name));
    expect((await devices(url, browser)).here).toBe('test');
  });
});
