/**
 * The lock of each area, and what goes with it. The words are those of Linux 6.12: a writer of the area stores the count
 * of the address space in it, and the end of the mmap lock changes that count. (include/linux/mm.h, mmap_lock.h)
 */

import type { Vma } from '@racewalk/core';
import { Order, read, type Step, write } from '@racewalk/core/step';
import type { World } from '@racewalk/machine';
import { number } from '../run/numbers.js';
import { LockRef, SharedWord } from '../run/objects.js';
import type { Thread } from '../run/thread.js';
import { T } from '../types/ctype.js';
import { areaAt } from './areas.js';
import { asMm } from './cast.js';
import { sharedMember, shareMember } from './fields.js';
import { type Helper, pureHelper, stepHelper } from './helper.js';

/** What a text must have for areas to have locks. */
export const LOCKS_AREAS = /\b(?:vma_start_(?:read|write)|lock_vma_under_rcu)\b/;

/** Make the words of an area. */
export function makeVmaLock(w: World, vma: Vma, name: string): void {
  shareMember(vma, 'vm_lock', new LockRef(w.lock(`${name}->vm_lock`)));
  const word = (label: string, value: number): SharedWord =>
    new SharedWord(w.word(label, value), T.int, label);
  shareMember(vma, 'vm_lock_seq', word(`${name}->vm_lock_seq`, -1));
  if (sharedMember(vma.mm, 'mm_lock_seq') === undefined)
    shareMember(vma.mm, 'mm_lock_seq', word(`${vma.mm.name}->mm_lock_seq`, 0));
}

/** Whoever held areas for writing lets them go. @kernel vma_end_write_all */
export function* endWriteAll(_th: Thread, mm: object): Step<void> {
  const seq = sharedMember(mm, 'mm_lock_seq');
  if (!(seq instanceof SharedWord)) return;
  const note = { op: 'vma_end_write_all', text: seq.name };
  const now = (yield* read(seq.cell, note)) + 1;
  yield* write(seq.cell, now, note, () => `= ${now}`, Order.RELEASE);
}

/** Written with the fields: what a race that has functions of its own would say. */
export const VMA_LOCKS = `
#define vma_start_write(area) ({ struct vm_area_struct *w_ = (area); int seq_ = READ_ONCE(w_->vm_mm->mm_lock_seq); if (READ_ONCE(w_->vm_lock_seq) != seq_) { down_write(&w_->vm_lock); WRITE_ONCE(w_->vm_lock_seq, seq_); up_write(&w_->vm_lock); } 0; })
#define vma_start_read(area) ({ struct vm_area_struct *r_ = (area); bool ok_ = false; if (READ_ONCE(r_->vm_lock_seq) != READ_ONCE(r_->vm_mm->mm_lock_seq) && down_read_trylock(&r_->vm_lock)) { ok_ = READ_ONCE(r_->vm_lock_seq) != smp_load_acquire(&r_->vm_mm->mm_lock_seq); if (!ok_) up_read(&r_->vm_lock); } ok_; })
#define vma_end_read(area) up_read(&(area)->vm_lock)
#define lock_vma_under_rcu(mm, addr) ({ struct vm_area_struct *l_ = vma_lookup(mm, addr); l_ && vma_start_read(l_) ? l_ : NULL; })
`;

/** Everything of this file. */
export const AREA_NAMES: readonly Helper[] = [
  ...['find_vma', 'vma_lookup'].map((name) =>
    pureHelper(
      `${name}(mm,addr):vma`,
      'the area of an address; areas neither come nor go',
      (th, [mm, addr]) => areaAt(th.m, mm, number(th, addr ?? 0n)) ?? null,
    ),
  ),
  stepHelper(
    'mmap_write_unlock(mm)',
    'releases the mmap lock, and areas that are held for writing',
    function* (th, [mm]) {
      yield* endWriteAll(th, asMm(mm));
      yield* th.m.k.mmapWriteUnlock(asMm(mm));
      return 0n;
    },
  ),
];
