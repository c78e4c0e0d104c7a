/** Changes of the flags of areas: a plain load and a plain store. (include/linux/mm.h, Linux 6.12) */
import { read, write } from '@racewalk/core/step';
import { number } from '../run/numbers.js';
import { SharedWord, type Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { sharedMember } from './fields.js';
import { type Helper, pureHelper, stepHelper } from './helper.js';

const change = (
  line: string,
  says: string,
  of: (old: number, first: number, second: number) => number,
): Helper =>
  stepHelper(line, says, function* (th: Thread, [vma, a, b]: readonly Value[]) {
    const word = sharedMember(vma as object, 'vm_flags');
    if (!(word instanceof SharedWord)) throw th.error('the flags of this area do not change in this race');
    const note = { op: /^\w+/.exec(line)?.[0] ?? '', text: word.name };
    const old = yield* read(word.cell, note);
    yield* write(word.cell, of(old, number(th, a ?? 0n), number(th, b ?? 0n)) | 0, note);
    return 0n;
  });

/** Everything of this file. */
export const VM_FLAG_NAMES: readonly Helper[] = [
  change('vm_flags_set(vma,ulong)', 'sets flags: a load and a store', (old, set) => old | set),
  change('vm_flags_clear(vma,ulong)', 'clears flags: a load and a store', (old, off) => old & ~off),
  change(
    'vm_flags_mod(vma,ulong,ulong)',
    'sets and clears: a load and a store',
    (old, set, off) => (old | set) & ~off,
  ),
  change('vm_flags_reset(vma,ulong)', 'gives the flags a value', (_old, flags) => flags),
  pureHelper('folio_test_mlocked(folio):bool', 'mlocked: the model keeps it with the area only', (th) => {
    throw th.error('the model has no mark of mlock on pages', 'ask vma->vm_flags & VM_LOCKED');
  }),
];
