import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { startApp, stopApps } from './app-process.ts';
import { Browser } from './browser.ts';

describe('an app without a proxy', () => {
  let url: string;
  beforeAll(async () => {
    ({ url } = await startApp({}));
  });
  afterAll(stopApps);

  test.each(['/', '/devices', '/style.css', '/nowhere'])(
    '%s lets a browser load nothing from elsewhere, and no script within the page',
    async (path) => {
      const { headers, text } = await new Browser().open(url + path);
      const policy = headers.get('content-security-policy');
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toContain('unsafe');
      // Over plain HTTP, a phone in the same network would find no page.
      expect(policy).not.toContain('upgrade-insecure-requests');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(text).not.toMatch(/ style="| on\w+="|<style|<script(?! type="module" src=)/);
    },
  );

  test('nobody keeps a page, and a browser asks whether the style has changed', async () => {
    const { headers } = await new Browser().open(url);
    expect(headers.get('cache-control')).toBe('no-store');
    const style = await new Browser().open(`${url}/style.css`);
    expect(style.headers.get('cache-control')).toBe('public, max-age=0');
    const tag = String(style.headers.get('etag'));
    const again = new Browser({ 'if-none-match': tag, 'cache-control': 'max-age=0' });
    expect((await again.open(`${url}/style.css`)).status).toBe(304);
  });

  const signIn = (headers: Record<string, string>) =>
    new Browser(headers).submit(`${url}/sign-in`, { name: 'Ada' });

  test.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
  ])('a form with %j is refused, and signs nobody in', async (headers) => {
    const { status, text, headers: answered } = await signIn(headers);
    expect(status).toBe(403);
    expect(text).toContain('This form was sent from another site.');
    expect(answered.get('set-cookie')).toBeNull();
  });

  test('a form from nowhere to nowhere is refused', async () => {
    const { hostname, port } = new URL(url);
    const socket = connect(Number(port), hostname);
    // HTTP/1.0 does not ask for a Host.
    socket.end('POST /sign-in HTTP/1.0\r\nOrigin: null\r\nContent-Length: 0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('a form of its own pages is accepted, and so is a link from elsewhere', async () => {
    expect((await signIn({ 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect((await signIn({ 'sec-fetch-site': 'none' })).status).toBe(303);
    expect((await signIn({ origin: url })).status).toBe(303);
    expect((await new Browser({ 'sec-fetch-site': 'cross-site' }).open(url)).status).toBe(200);
  });
});

describe('an app behind', () => {
  afterEach(stopApps);

  /** What the page of devices says of the address from which somebody with such a header signed in. */
  async function addressOf(url: string, forwarded: string): Promise<string | undefined> {
    const browser = new Browser({ 'x-forwarded-for': forwarded });
    await browser.submit(`${url}/sign-in`, { name: 'Ada' });
    const { text } = await browser.open(`${url}/devices`);
    return text.match(/From (\S+), active now/)?.[1];
  }

  test('one proxy believes that one, and nothing that the visitor says', async () => {
    const { url } = await startApp({ TRUST_PROXY: '1' });
    expect(await addressOf(url, '192.0.2.7')).toBe('192.0.2.7');
    expect(await addressOf(url, '198.51.100.1, 192.0.2.7')).toBe('192.0.2.7');
  });

  test('none believes no such header', async () => {
    const { url } = await startApp({});
    expect(await addressOf(url, '192.0.2.7')).toMatch(/^(127\.0\.0\.1|::1)$/);
  });

  test('a proxy that speaks HTTPS gives its visitors a cookie for HTTPS only', async () => {
    const { url } = await startApp({ TRUST_PROXY: '1' });
    const https = new Browser({ 'x-forwarded-proto': 'https' });
    const { headers } = await https.submit(`${url}/sign-in`, { name: 'Ada' });
    expect(headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('a proxy limits the sign-ins of an address, and of that one only', async () => {
    const { url } = await startApp({ TRUST_PROXY: '1' });
    const signIn = (address: string) =>
      new Browser({ 'x-forwarded-for': address }).submit(`${url}/sign-in`, { name: 'Ada' });
    const allowed = await Promise.all(Array.from({ length: 30 }, () => signIn('192.0.2.7')));
    expect(allowed.filter(({ status }) => status !== 303)).toEqual([]);
    const { status, headers, text } = await signIn('192.0.2.7');
    expect(status).toBe(429);
    expect(text).toContain('There were many sign-ins from your address.');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('192.0.2.8')).status).toBe(303);
  });
});
