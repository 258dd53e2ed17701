import { describeConcurrency } from './store/concurrency.ts';
import { describeCounting } from './store/counting.ts';
import { describeExpiry } from './store/expiry.ts';
import { describeFailures } from './store/failures.ts';
import { describeLifetime } from './store/lifetime.ts';
import { describeListing } from './store/listing.ts';
import { describeMethods } from './store/methods.ts';
import { describeSecrets } from './store/secrets.ts';
import { describeSerializer } from './store/serializer.ts';
import { describeTouch } from './store/touch.ts';
import { describeUnreadable } from './store/unreadable.ts';
import { describeUserEnds } from './store/user-ends.ts';
import { describeUserIndex } from './store/user-index.ts';
import { describeUsers } from './store/users.ts';
import { fixtureOf, type Runner, type SubjectFactory } from './subject.ts';

/** Tests that a session store on a `RedisLike` does what express-session and its users expect. */
export function describeRedisStore(runner: Runner, name: string, factory: SubjectFactory): void {
  runner.describe(`RedisStore on ${name}`, () => {
    const fixture = fixtureOf(runner, factory);
    describeMethods(runner, fixture);
    describeExpiry(runner, fixture);
    describeLifetime(runner, fixture);
    describeTouch(runner, fixture);
    describeConcurrency(runner, fixture);
    describeUnreadable(runner, fixture);
    describeSerializer(runner, fixture);
    describeSecrets(runner, fixture);
    describeListing(runner, fixture);
    describeUsers(runner, fixture);
    describeUserIndex(runner, fixture);
    describeUserEnds(runner, fixture);
    describeCounting(runner, fixture);
    describeFailures(runner, fixture);
  });
}
