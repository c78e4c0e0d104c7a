/**
 * Which operations lead to the mapped pages of a state. The plan looks at the state only to choose among operations;
 * what an operation makes of the entries is its own business, and `startState` compares.
 */
import type { Ptep, PteWord, Vma } from '@racewalk/core';
import type { Word } from '@racewalk/core/step';
import type { StartOp, World } from '@racewalk/machine';
import { PageFlag } from '../page-flags.js';
import {
  access,
  aging,
  anonymousStore,
  fileLoad,
  forkProtects,
  type MappedRun,
  madviseFree,
  protectsAndBack,
  sharedLoad,
  sharedStore,
  swapInLoad,
  swapInShared,
} from './start-ops.js';

/** Entries that map the frames of one folio one behind the other, in leaf tables. */
function runsIn(w: World, at: (ptep: Ptep) => PteWord): MappedRun[] {
  const runs: { vma: Vma; ptep: Ptep; frames: NonNullable<ReturnType<World['frames']['at']>>[] }[] = [];
  for (const table of w.tables) {
    if (table.level !== undefined) continue;
    for (const ptep of table.entries) {
      const pte = at(ptep);
      const frame = w.arch.values.ptePresent(pte) ? w.frames.at(w.arch.values.ptePfn(pte)) : undefined;
      const vma = w.vmas.find((one) => one.table === table);
      if (frame === undefined || vma === undefined) continue;
      const last = runs.at(-1);
      const goesOn =
        last?.vma === vma &&
        last.frames.at(-1)?.folio === frame.folio &&
        last.frames.at(-1)?.pfn === frame.pfn - 1 &&
        last.ptep.vpn + last.frames.length === ptep.vpn &&
        w.arch.values.pteWrite(at(last.ptep)) === w.arch.values.pteWrite(pte);
      if (goesOn) last.frames.push(frame);
      else runs.push({ vma, ptep, frames: [frame] });
    }
  }
  return runs;
}

function faultsIn(w: World, run: MappedRun, ptes: readonly PteWord[], flags: Word): StartOp[] {
  const { values: v } = w.arch;
  const write = ptes.some((pte) => v.pteWrite(pte));
  const dirty = ptes.every((pte) => v.pteDirty(pte));
  if (run.vma.mapping === null && !run.vma.shared) {
    const softDirty = ptes.some((pte) => v.pteSoftDirty(pte));
    const writable = dirty ? anonymousStore(run) : swapInLoad(run, softDirty);
    if (write) return (flags & PageFlag.LAZYFREE) !== 0 ? [writable, madviseFree(run)] : [writable];
    if ((flags & PageFlag.EXCLUSIVE) !== 0) return [writable, protectsAndBack(run)];
    return dirty ? [writable, forkProtects(run)] : [swapInShared(run)];
  }
  if (write) return [dirty ? sharedStore(run) : sharedLoad(run)];
  return [fileLoad(run)];
}

/** The operations that map what `get` says is mapped, in order. */
export function planOf(w: World, get: (cell: number) => Word): StartOp[] {
  const { values: v } = w.arch;
  const at = (ptep: Ptep) => w.entryIn(get, ptep);
  // A race of an older kernel has the mark on no page at all.
  const marks = w.frames.all.some(({ cell }) => (get(cell) & PageFlag.EXCLUSIVE) !== 0);
  return runsIn(w, at).flatMap((found) => {
    const run = { ...found, marks };
    const { entries } = run.ptep.table;
    const ptes = run.frames.map((_, i) => at(entries[run.ptep.index + i] ?? run.ptep));
    const old = ptes.some((pte) => !v.pteYoung(pte));
    const stored = ptes.some((pte) => !v.pteDirty(pte));
    const later = ptes.flatMap((pte, i) => {
      if (stored && v.pteDirty(pte)) return [access(run, i, 'store')];
      return old && v.pteYoung(pte) ? [access(run, i, 'load')] : [];
    });
    const flags = get(run.frames[0]?.cell ?? 0);
    const ops = [...faultsIn(w, run, ptes, flags), ...(old ? [aging(run)] : []), ...later];
    return ops.map((op) => ({ ...op, mm: run.vma.mm }));
  });
}
