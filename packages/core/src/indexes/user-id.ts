import { HoldfastError, invalidArgument } from '../errors.ts';
import { describeContent, ignoreRejection, isKeyText, isRecord } from '../util/values.ts';

/**
 * What JavaScript makes of a value that is not an id when code turns it into text. All users with such an id would share their
 * sessions.
 */
const ACCIDENTAL = /^(?:\[object .*\]|undefined|null|NaN)$/s;

const ACCIDENT = 'which JavaScript makes of a value that is not an id';

const ID_ALONE = 'Return the id alone, such as session.passport?.user?.id.';

/**
 * Checks what the `userId` function returned. Null counts as undefined, because many sign-outs set the user to null.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_USER_ID`
 */
export function checkedReturnedUser(user: unknown): string | undefined {
  if (user === undefined || user === null) return undefined;
  if (!isKeyText(user)) {
    ignoreRejection(user);
    throw invalidUserId(
      `The userId function must return a non-empty, well-formed string, or undefined for a session without a user, but returned ${describeContent(user)}.${hintFor(user)}`,
    );
  }
  if (!ACCIDENTAL.test(user)) return user;
  throw invalidUserId(
    `The userId function returned "${user}", ${ACCIDENT}, so that different users would share it. ${ID_ALONE}`,
  );
}

/**
 * Checks a user that a method was given.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_ARGUMENT`
 */
export function checkedUser(user: unknown): string {
  if (!isKeyText(user)) {
    throw invalidArgument(
      `The user must be a non-empty, well-formed string, but is ${describeContent(user)}.`,
    );
  }
  if (!ACCIDENTAL.test(user)) return user;
  throw invalidArgument(`The user is "${user}", ${ACCIDENT}. Pass what userId returns.`);
}

function hintFor(user: unknown): string {
  if (typeof user === 'number' || typeof user === 'bigint') return ' Call its toString().';
  return isRecord(user) ? ` ${ID_ALONE}` : '';
}

function invalidUserId(message: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_INVALID_USER_ID', message);
}
