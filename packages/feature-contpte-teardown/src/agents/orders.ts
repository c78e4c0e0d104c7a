/** Orders in which a caller may clear the entries of a block. */
import { choose, type Step, type Word } from '@racewalk/core/step';

const upwards = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

/** Every order of `n` entries, `n` at most 4. */
function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap((first) =>
    permutations(items.filter((i) => i !== first)).map((rest) => [first, ...rest]),
  );
}

function* oneOf(orders: readonly (readonly number[])[]): Step<readonly number[]> {
  const show = (o: { readonly result: Word }) => `→ ${orders[o.result]?.join(' ')}`;
  return orders[yield* choose(orders.length, 'order of clearing', show)] ?? [];
}

/** From low to high or from high to low. */
export function* upOrDown(n: number): Step<readonly number[]> {
  return yield* oneOf([upwards(n), upwards(n).reverse()]);
}

/** All orders of up to four entries; of more, upwards and downwards from the first, middle or last. */
export function* anyOrder(n: number): Step<readonly number[]> {
  if (n <= 4) return yield* oneOf(permutations(upwards(n)));
  const from = (start: number) => upwards(n).map((i) => (i + start) % n);
  const starts = [0, n >> 1, n - 1];
  return yield* oneOf(starts.flatMap((s) => [from(s), from(s).reverse()]));
}
