/** The lock of each area, which faults take in place of the mmap lock; and the area of an address. */
import { number } from '../run/numbers.js';
import { areaAt } from './areas.js';
import { asVma } from './cast.js';
import { type Helper, helpers, pureHelper, stepHelper } from './helper.js';

/** What a text must have for areas to have locks. */
export const LOCKS_AREAS = /\b(?:vma_start_(?:read|write)|vma_mark_detached|lock_vma_under_rcu)\b/;

/** Everything of this file. */
export const AREA_NAMES: readonly Helper[] = [
  ...helpers(
    'kernel',
    `vma_start_read(vma):bool
     vma_end_read(vma)
     vma_start_write(vma)
     mmap_write_unlock(mm)
     mmap_write_downgrade(mm)`,
    ({ m }) => m.k,
  ),
  stepHelper('vma_mark_detached(vma,bool)', 'the area has gone from its address space', function* (th, [v]) {
    yield* th.m.k.vmaMarkDetached(asVma(v));
    return 0n;
  }),
  ...['find_vma', 'vma_lookup'].map((name) =>
    pureHelper(
      `${name}(mm,addr):vma`,
      'the area of an address; areas neither come nor go',
      (th, [mm, addr]) => areaAt(th.m, mm, number(th, addr ?? 0n)) ?? null,
    ),
  ),
  stepHelper(
    'lock_vma_under_rcu(mm,addr):vma',
    'the area of an address, locked; NULL if that is held for writing or gone',
    function* (th, [mm, addr]) {
      const vma = areaAt(th.m, mm, number(th, addr ?? 0n));
      return vma !== undefined && (yield* th.m.k.lockVmaUnderRcu(vma)) ? vma : null;
    },
  ),
];
