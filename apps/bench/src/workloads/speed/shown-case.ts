import { AT_ONCE, type OperationCase } from '../../stores/measure-operations.ts';

/** The size of the sessions in charts and in short tables. */
export const SHOWN_BYTES = 200;

/** Returns whether a case represents its operation in charts and in short tables. */
export function isShown({ bytes, concurrency }: OperationCase): boolean {
  return bytes === SHOWN_BYTES && concurrency === AT_ONCE;
}
