import { HoldfastError } from '../errors.ts';
import { closestName } from './closest-name.ts';
import { describeValue } from './values.ts';

/** Which values an option accepts. */
export interface Check {
  accepts: (value: unknown) => boolean;
  /** Completes the sentence "The option … must be …". */
  accepted: string;
  /** Whether a wrong value may be a secret, which no message shows. Default false. */
  isSecret?: boolean;
  /** Says what is wrong with a value: completes the sentence "The option … must be …, but …". */
  fault?: (value: unknown) => string;
}

export const booleanCheck: Check = {
  accepts: (value) => typeof value === 'boolean',
  accepted: 'true or false',
};

/** Returns the options that were given. An option that is `undefined` counts as absent. */
export function givenOptions(options: unknown): [string, unknown][] {
  return Object.entries(Object(options)).filter(([, value]) => value !== undefined);
}

/**
 * Checks each option that was given.
 * @param owner the class or function that takes the options, as messages name it.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION`
 */
export function checkOptions(
  given: readonly [string, unknown][],
  checks: Record<string, Check>,
  owner: string,
): void {
  for (const [name, value] of given) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks);
      throw invalidOption(
        `${owner} has no option ${name}.${didYouMean(name, known)} Its options are ${known.join(', ')}.`,
      );
    }
    if (check.accepts(value)) continue;
    const actual =
      typeof value === 'string' && !check.isSecret ? JSON.stringify(value) : describeValue(value);
    const fault = check.fault?.(value) ?? `is ${actual}`;
    throw invalidOption(`The option ${name} of ${owner} must be ${check.accepted}, but ${fault}.`);
  }
}

/** Asks for the name that a misspelled one is most like, after a space. An empty text if it is like none. */
export function didYouMean(name: string, known: readonly string[]): string {
  const closest = closestName(name, known);
  return closest === undefined ? '' : ` Did you mean ${closest}?`;
}

export function invalidOption(message: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_INVALID_OPTION', message);
}
