const NAME = 'holdfast_operation_seconds';

/** Returns how often the text of /metrics counts an operation, over all outcomes. */
export function countIn(text: string, operation: string): number {
  return sum(
    text.matchAll(new RegExp(`^${NAME}_count\\{operation="${operation}".*\\} (\\d+)$`, 'gm')),
  );
}

/** Returns how often an operation failed, and how often it failed within a second. */
export function failuresIn(text: string, operation: string): { within1s: number; all: number } {
  const upTo = (le: string) => {
    const labels = `le="${le}",operation="${operation}",outcome="ERR_\\w+"`;
    return sum(text.matchAll(new RegExp(`^${NAME}_bucket\\{${labels}\\} (\\d+)$`, 'gm')));
  };
  return { within1s: upTo('1'), all: upTo('\\+Inf') };
}

function sum(matches: Iterable<RegExpMatchArray>): number {
  return [...matches].reduce((total, [, count]) => total + Number(count), 0);
}
