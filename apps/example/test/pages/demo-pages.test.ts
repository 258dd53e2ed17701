// As in shop-pages.test.ts. Two files, so that both cores of a small machine are busy.
import './race.ts';
import './metrics.ts';
import './outage.ts';
