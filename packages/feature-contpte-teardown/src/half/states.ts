/** Every state in which some entries of a block are cleared and some are not: the cleared ones, counted from 0. */
export function halfClearedStates(block: number): readonly (readonly number[])[] {
  const masks = Array.from({ length: 2 ** block - 2 }, (_, i) => i + 1);
  const states = masks.map((mask) =>
    Array.from({ length: block }, (_, i) => i).filter((i) => (mask & (1 << i)) !== 0),
  );
  return states.sort((a, b) => a.length - b.length || a.join().localeCompare(b.join()));
}
