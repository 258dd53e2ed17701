import { HoldfastError } from '../errors.ts';
import { shown } from './values.ts';

/** What an option may be, and how a message says so. */
export interface Check {
  accepts: (value: unknown) => boolean;
  accepted: string;
  /** Whether a wrong value may be a secret, which no message shows. */
  isSecret?: boolean;
}

export const isBoolean: Check = {
  accepts: (value) => typeof value === 'boolean',
  accepted: 'true or false',
};

/** The options that were given. One that is `undefined` counts as absent. */
export function givenOptions(options: unknown): [string, unknown][] {
  return Object.entries(Object(options)).filter(([, value]) => value !== undefined);
}

/**
 * Checks each option that was given.
 * @param whose what the message calls the place where the options are given, with a space before it.
 * @throws HoldfastError `ERR_HOLDFAST_INVALID_OPTION`
 */
export function checkOptions(
  given: readonly [string, unknown][],
  checks: Record<string, Check>,
  whose = '',
): void {
  for (const [name, value] of given) {
    const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
    if (check === undefined) {
      const known = Object.keys(checks).join(', ');
      throw invalidOption(`There is no option ${name}${whose}. The options are ${known}.`);
    }
    if (check.accepts(value)) continue;
    const what =
      typeof value === 'string' && !check.isSecret ? JSON.stringify(value) : shown(value);
    throw invalidOption(`The option ${name}${whose} must be ${check.accepted}, not ${what}.`);
  }
}

export function invalidOption(message: string): HoldfastError {
  return new HoldfastError('ERR_HOLDFAST_INVALID_OPTION', message);
}
