// One test file, because a chromium cannot be shared between files. `jest -t 'the race page'` runs the tests of one page.
import './home.ts';
import './devices.ts';
import './race.ts';
import './metrics.ts';
import './outage.ts';
import './restart.ts';
import './refusals.ts';
