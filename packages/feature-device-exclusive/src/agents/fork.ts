/** A fork of the process while a device has its page, and what the child does then. */

import { ptepOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type AgentSpec, type Machine, UserCpu, type World } from '@racewalk/machine';
import { type CopyPage, type CopyPte, copyPageRange, copyPteRange } from '../ops/copy-page-range.js';
import type { CopyPlace } from '../ops/copy-present-pte.js';
import { onlyAt, type Setup, type SetupSpec, setup } from '../setup.js';
import { exclusiveFault } from './user.js';

/** The process, and the address space of the child that fork is making. */
export interface Forking extends Setup {
  readonly child: Vma;
  readonly copy: CopyPlace;
}

/** A page of the parent, and an empty area of the child. */
export function forking(w: World, spec: SetupSpec): Forking {
  const s = setup(w, spec);
  const child = w.vma({ mm: w.mm('child'), pages: 1, start: s.vma.start, name: 'child' });
  const dstPte = ptepOf(child, child.start);
  const copy = { srcVma: s.vma, srcPte: s.ptep, dstVma: child, dstPte };
  const rmap = onlyAt(s.place, { vma: child, address: child.start });
  return { ...s, rmap, child, copy };
}

/** Copies the one page; the parent's mmap lock is held, as fork does. False if it failed. @kernel dup_mmap (5.14, of one page) */
export function* dupMmap(
  m: Machine,
  s: Forking,
  copyPte: CopyPte = copyPteRange,
  copyPage: CopyPage = copyPageRange,
): Step<boolean> {
  const { mmapLock } = s.vma.mm;
  yield* m.lock(mmapLock);
  const done = yield* copyPage(m, s.copy, copyPte);
  yield* m.unlock(mmapLock);
  return done;
}

/** Forks; the child then loads from the page. */
export function forkAndLoad(
  copyPte: CopyPte = copyPteRange,
  copyPage: CopyPage = copyPageRange,
): AgentSpec<Forking> {
  return {
    cpu: 1,
    role: 'user',
    note: 'forks, then runs as the child',
    *run(m, s) {
      if (!(yield* dupMmap(m, s, copyPte, copyPage))) return;
      yield* new UserCpu(m, s.child, { onFault: exclusiveFault() }).load(0);
    },
  };
}

/** Forks. */
export function forkOnly(copyPte: CopyPte, copyPage: CopyPage = copyPageRange): AgentSpec<Forking> {
  return {
    cpu: 0,
    role: 'kernel',
    note: 'forks',
    *run(m, s) {
      yield* dupMmap(m, s, copyPte, copyPage);
    },
  };
}
