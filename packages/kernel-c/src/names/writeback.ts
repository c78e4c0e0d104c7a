/** The flag that says that a folio is being written to its file. */
import { atomic, Order, type Step } from '@racewalk/core/step';
import { PageFlag } from '@racewalk/mm';
import type { Value } from '../run/objects.js';
import { asFolio } from './cast.js';
import { type Helper, stepHelper } from './helper.js';

const { WRITEBACK } = PageFlag;

/** One locked change of the flag, in the word of the first page. */
function* change(p: Value | undefined, op: string, on: boolean): Step<void> {
  const [page] = asFolio(p).frames;
  if (page === undefined) return;
  const { cell, name: text } = page;
  const run = (mem: Int32Array, base: number): number => {
    const old = mem[base + cell] ?? 0;
    mem[base + cell] = on ? old | WRITEBACK : old & ~WRITEBACK;
    return 0;
  };
  yield* atomic([cell], run, { op, text, on: [cell] });
}

/** Everything of this file. */
export const WRITEBACK_NAMES: readonly Helper[] = [
  stepHelper('folio_start_writeback(folio)', 'from here on the folio is being written', function* (_th, [f]) {
    yield* change(f, 'folio_start_writeback', true);
    return 0n;
  }),
  stepHelper('folio_end_writeback(folio)', 'the folio is written', function* (_th, [f]) {
    yield* change(f, 'folio_end_writeback', false);
    return 0n;
  }),
  stepHelper('folio_wait_writeback(folio)', 'waits until the folio is written', function* (_th, [f]) {
    const [page] = asFolio(f).frames;
    if (page === undefined) return 0n;
    const { cell, name: text } = page;
    yield* atomic(
      [cell],
      () => 0,
      { op: 'folio_wait_writeback', text, does: 'wait' },
      { guard: cell, test: (w) => (w & WRITEBACK) === 0, locked: false, order: Order.ACQUIRE },
    );
    return 0n;
  }),
];
