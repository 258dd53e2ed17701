import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { until } from '@holdfast/test-servers';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { axe, startChromium } from './chromium.ts';

const chromium = startChromium();

/** Pages whose policy allows neither inline scripts nor scripts of other sites. */
const PAGES: Record<string, string> = {
  '/': '<h1>Fine</h1>',
  '/inline': '<h1>Fine</h1><script>document.title = "changed"</script>',
  '/throws': '<h1>Fine</h1><script src="/throws.js"></script>',
  '/throws.js': 'throw new Error("thrown in the page");',
  '/missing': '<h1>Fine</h1><script src="/none.js"></script>',
  '/unreachable': '<h1>Fine</h1><script src="/reset.js"></script>',
  '/wrong': '<h1>Wrong</h1><label>Name</label><input name="name">',
};

const HEADERS = { 'content-type': 'text/html', 'content-security-policy': "script-src 'self'" };

let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer(({ url: path = '' }, response) => {
    const body = PAGES[path];
    if (path === '/reset.js') response.destroy();
    else if (body === undefined) response.writeHead(path === '/favicon.ico' ? 204 : 404).end();
    else if (path.endsWith('.js'))
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(body);
    else {
      response
        .writeHead(200, HEADERS)
        .end(`<!doctype html><html lang="en"><title>A page</title><main>${body}</main></html>`);
    }
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
});

describe('startChromium', () => {
  test('reports no problem on a page without any', async () => {
    const page = await chromium.open();
    await page.goto(url);
    expect(await page.title()).toBe('A page');
    expect(chromium.problems()).toEqual([]);
  });

  test.each([
    ['/inline', /Content Security Policy/],
    ['/throws', /^Error: thrown in the page$/],
    ['/missing', /404 .*\/none\.js\)$/],
    ['/unreachable', /^net::ERR_EMPTY_RESPONSE \(.*\/reset\.js\)$/],
  ])('reports the problem of the page %s', async (path, problem) => {
    const page = await chromium.open();
    await page.goto(url + path);
    const found: string[] = [];
    await until('it reports the problem', () => found.push(...chromium.problems()) > 0);
    expect(found).toContainEqual(expect.stringMatching(problem));
  });

  test('opens pages that share no cookies', async () => {
    const [one, other] = [await chromium.open(), await chromium.open()];
    await one.context().addCookies([{ name: 'sid', value: '1', url }]);
    expect(await one.context().cookies()).toHaveLength(1);
    expect(await other.context().cookies()).toEqual([]);
  });
});

describe('axe', () => {
  test('reports no problem on a page without any', async () => {
    const page = await chromium.open();
    await page.goto(url);
    expect(await axe(page)).toEqual([]);
  });

  test('reports a problem with its element', async () => {
    const page = await chromium.open();
    await page.goto(`${url}/wrong`);
    expect(await axe(page)).toEqual([
      expect.stringMatching(/^label: Form elements must have labels: <input name="name">$/),
    ]);
  });
});
