import { isDeepStrictEqual } from 'node:util';

/** Gives equal values equal numbers, so that long lists of them can be compared quickly. */
export class ValueNumbers {
  /** The value of each number. */
  readonly values: unknown[] = [];
  /** The values with the same JSON text. Values of different classes can have the same text. */
  readonly #byText = new Map<string | undefined, { value: unknown; number: number }[]>();

  /** @throws RangeError if the value is too deep to be compared. */
  of(value: unknown): number {
    const text = jsonOf(value);
    const same = this.#byText.get(text) ?? [];
    this.#byText.set(text, same);
    const found = same.find((other) => isDeepStrictEqual(other.value, value));
    if (found !== undefined) return found.number;
    same.push({ value, number: this.values.length });
    return this.values.push(value) - 1;
  }
}

/** Values that JSON cannot write are all in one group. */
function jsonOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
