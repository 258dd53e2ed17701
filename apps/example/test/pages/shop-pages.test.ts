// The pages share a chromium and two apps, so their tests are one test file. `jest -t 'the home page'` runs those of one page.
import './home.ts';
import './devices.ts';
import './restart.ts';
import './refusals.ts';
import './redirects.ts';
