import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from '@jest/globals';
import { sharedApp } from './app-process.ts';
import { Browser } from './browser.ts';

/** Returns the address that the devices page shows for a sign-in with a forwarded address. */
async function addressOf(url: string, forwarded: string): Promise<string | undefined> {
  const browser = new Browser({ 'x-forwarded-for': forwarded });
  await browser.submit(`${url}/sign-in`, { name: 'Ada' });
  const { text } = await browser.open(`${url}/devices`);
  return text.match(/From (\S+), active now/)?.[1];
}

describe('an app without a proxy', () => {
  const shared = sharedApp({});

  test.each(['/', '/devices', '/style.css', '/nowhere'])(
    '%s lets a browser load nothing from other sites, and no inline script',
    async (path) => {
      const { headers, text } = await new Browser().open(shared.app.url + path);
      const policy = headers.get('content-security-policy');
      expect(policy).toContain("default-src 'self'");
      expect(policy).not.toContain('unsafe');
      // The app serves plain HTTP, so an upgraded request would fail.
      expect(policy).not.toContain('upgrade-insecure-requests');
      expect(headers.get('x-content-type-options')).toBe('nosniff');
      expect(headers.get('referrer-policy')).toBe('same-origin');
      expect(headers.get('x-powered-by')).toBeNull();
      expect(text).not.toMatch(/ style="| on\w+="|<style|<script(?! type="module" src=)/);
    },
  );

  test('browsers do not cache pages, and revalidate the style sheet', async () => {
    const { url } = shared.app;
    const { headers } = await new Browser().open(url);
    expect(headers.get('cache-control')).toBe('no-store');
    const style = await new Browser().open(`${url}/style.css`);
    expect(style.headers.get('cache-control')).toBe('public, max-age=0');
    const tag = String(style.headers.get('etag'));
    const again = new Browser({ 'if-none-match': tag, 'cache-control': 'max-age=0' });
    expect((await again.open(`${url}/style.css`)).status).toBe(304);
  });

  const signIn = (headers: Record<string, string>) =>
    new Browser(headers).submit(`${shared.app.url}/sign-in`, { name: 'Ada' });

  test.each<Record<string, string>>([
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { origin: 'https://elsewhere.example' },
    { origin: 'null' },
  ])('refuses a form with %j, and signs no one in', async (headers) => {
    const { status, text, headers: received } = await signIn(headers);
    expect(status).toBe(403);
    expect(text).toContain('Another site sent this form.');
    expect(received.get('set-cookie')).toBeNull();
  });

  test('refuses a form that names neither its origin nor the host', async () => {
    const { hostname, port } = new URL(shared.app.url);
    const socket = connect(Number(port), hostname);
    // HTTP/1.0 does not require a Host header.
    socket.end('POST /sign-in HTTP/1.0\r\nOrigin: null\r\nContent-Length: 0\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 403 /);
  });

  test('accepts a form of its own pages, and a link from another site', async () => {
    const { url } = shared.app;
    expect((await signIn({ 'sec-fetch-site': 'same-origin' })).status).toBe(303);
    expect((await signIn({ 'sec-fetch-site': 'none' })).status).toBe(303);
    expect((await signIn({ origin: url })).status).toBe(303);
    expect((await new Browser({ 'sec-fetch-site': 'cross-site' }).open(url)).status).toBe(200);
  });

  test('ignores a forwarded address', async () => {
    expect(await addressOf(shared.app.url, '192.0.2.7')).toMatch(/^(127\.0\.0\.1|::1)$/);
  });
});

describe('an app behind one proxy', () => {
  const shared = sharedApp({ TRUST_PROXY: '1' });

  test('trusts the address from the proxy, and no address from the visitor', async () => {
    const { url } = shared.app;
    expect(await addressOf(url, '192.0.2.1')).toBe('192.0.2.1');
    expect(await addressOf(url, '198.51.100.1, 192.0.2.1')).toBe('192.0.2.1');
  });

  test('sends a secure cookie if the proxy serves HTTPS', async () => {
    const https = new Browser({ 'x-forwarded-proto': 'https' });
    const { headers } = await https.submit(`${shared.app.url}/sign-in`, { name: 'Ada' });
    expect(headers.get('set-cookie')).toMatch(/; HttpOnly; Secure; SameSite=Lax$/);
  });

  test('limits the sign-ins of each address on its own', async () => {
    const signIn = (address: string) =>
      new Browser({ 'x-forwarded-for': address }).submit(`${shared.app.url}/sign-in`, {
        name: 'Ada',
      });
    const allowed = await Promise.all(Array.from({ length: 30 }, () => signIn('192.0.2.7')));
    expect(allowed.filter(({ status }) => status !== 303)).toEqual([]);
    const { status, headers, text } = await signIn('192.0.2.7');
    expect(status).toBe(429);
    expect(text).toContain('Your address has tried to sign in too often.');
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await signIn('192.0.2.8')).status).toBe(303);
  });
});
