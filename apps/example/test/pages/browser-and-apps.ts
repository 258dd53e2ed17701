import { REAL_TIMERS, type SharedApp, sharedApp } from '../app-process.ts';
import { type Chromium, startChromium } from './chromium.ts';

// The tests of all pages share these, because a chromium and an app cost more than most of the tests.
export const chromium: Chromium = startChromium();
/** An app with a Redis of its own, which it freezes for as long as for a user. */
export const withRedis: SharedApp = sharedApp(REAL_TIMERS, ['--redis']);
export const withRedisMock: SharedApp = sharedApp({});
