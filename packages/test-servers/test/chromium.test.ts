import { describe, expect, test } from '@jest/globals';
import { type BrowserMachine, chromiumPath } from '../src/chromium.ts';

/** A machine that has these programs on PATH. */
function machine(programs: string[], env: BrowserMachine['env'] = {}): BrowserMachine {
  return { env, onPath: (name) => (programs.includes(name) ? `/usr/bin/${name}` : undefined) };
}

describe('the chromium for tests in a browser', () => {
  test('is the one at CHROMIUM_PATH before all', () => {
    const env = { CHROMIUM_PATH: '/opt/chromium' };
    expect(chromiumPath(machine(['chromium'], env))).toBe('/opt/chromium');
    expect(chromiumPath(machine([], env))).toBe('/opt/chromium');
  });

  test('is not an empty CHROMIUM_PATH', () => {
    expect(chromiumPath(machine(['chromium'], { CHROMIUM_PATH: '' }))).toBe('/usr/bin/chromium');
  });

  test.each([
    [['google-chrome', 'chromium-browser', 'chromium'], '/usr/bin/chromium'],
    [['google-chrome', 'chromium-browser'], '/usr/bin/chromium-browser'],
    [['google-chrome'], '/usr/bin/google-chrome'],
  ])('is, of %j on PATH, %s', (programs, path) => {
    expect(chromiumPath(machine(programs))).toBe(path);
  });

  test('is asked for by name where there is none', () => {
    expect(() => chromiumPath(machine([]))).toThrow(
      /CHROMIUM_PATH.*PATH: chromium, chromium-browser, google-chrome\./,
    );
  });
});
