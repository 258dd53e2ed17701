/** Returns the known name that a misspelled one is most like, if it differs in two characters at most. */
export function closestName(misspelled: string, known: readonly string[]): string | undefined {
  const wrong = misspelled.toLowerCase();
  const limit = Math.min(2, Math.floor((wrong.length - 1) / 2));
  let closest: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = distanceBetween(wrong, name.toLowerCase());
    if (distance <= (closest === undefined ? limit : closest.distance - 1))
      closest = { name, distance };
  }
  return closest?.name;
}

/** How many characters to insert, delete or replace (the Levenshtein distance). A package of its own would not be shorter. */
function distanceBetween(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (const [index, character] of [...one].entries()) {
    const next = [index + 1];
    for (const [column, candidate] of [...other].entries()) {
      const [left = 0, above = 0, diagonal = 0] = [next[column], row[column + 1], row[column]];
      next.push(Math.min(left + 1, above + 1, diagonal + Number(character !== candidate)));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
