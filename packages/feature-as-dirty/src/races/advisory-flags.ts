import { addrOf, type Vma } from '@racewalk/core';
import { type Cell, read, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, FrameFlag, type Machine, type Scenario, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { passer } from '../agents/protector.js';
import { NO_KERNEL_TLBS } from '../less.js';
import { flagsOf } from '../ops/clip.js';
import { type Device, makeDevice } from '../setup.js';

/** A device whose area has flags that can change. */
interface Flagged extends Device {
  /** 1 while the area is writable: VM_WRITE. */
  readonly vmWrite: Cell;
  /** The lock of the flags that the patch would like to have. */
  readonly flagsLock: Cell;
}

/** The page has been written: its entry is dirty, and the driver does not know yet. */
function setup(w: World): Flagged {
  const device = makeDevice(w, { areas: [{ dirty: true }], frameFlags: FrameFlag.WRITTEN });
  const vmWrite = w.word('VM_WRITE', 1);
  w.binder.replace({
    *readVmFlags(_m: Machine, vma: Vma) {
      return { ...flagsOf(vma), write: (yield* read(vmWrite, 'READ_ONCE(vma->vm_flags)')) === 1 };
    },
  });
  return { ...device, vmWrite, flagsLock: w.lock('vm_flags') };
}

/** The pass of the driver, with flags read once and without mmap_lock. */
const driver: AgentSpec<Flagged> = passer;

/** `mprotect(PROT_READ)` of the area, which the driver makes fail. */
const mprotect: AgentSpec<Flagged> = {
  cpu: 1,
  role: 'kernel',
  note: 'mprotect',
  *run(m, { vma }) {
    yield* m.lock(vma.mm.mmapLock);
    yield* m.unlock(vma.mm.mmapLock);
  },
};

/** The area first, then its entry, then the TLBs. */
function* protectArea(m: Machine, s: Flagged): Step<void> {
  const { vma } = s;
  const ptep = vma.table.entries[0]!;
  const addr = addrOf(ptep.vpn);
  yield* write(s.vmWrite, 0, 'VM_WRITE cleared');
  yield* m.pteOffsetMapLock(vma.table);
  const old = yield* m.pte.ptepModifyProtStart(vma, addr, ptep);
  const pte = m.v.pteModify(old, m.v.mkProt({ read: true, write: false }));
  yield* m.pte.ptepModifyProtCommit(vma, addr, ptep, old, pte);
  yield* m.pteUnmapUnlock(vma.table);
  yield* m.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.end));
}

/** Seed 001: the flags can only be tested advisorily. */
export const advisoryFlags: Scenario = defineScenario<Flagged>({
  id: 'as-dirty/advisory-flags',
  title: 'An area changes its flags while a range of the file is cleaned',
  source:
    'comment in apply_as_range(), version 4, 11 June 2019 (seed 001): flag tests are only advisory, and callers that depend on flags must ensure that they are immutable',
  about:
    'The helpers skip areas that are not both shared and writable. They read these flags without mmap_lock, and the patch warns callers that the flags may change. What if a process writes a page and then makes the area read-only? The entry stays dirty, but the helpers skip it, so a driver that wants every dirty page misses this one. No race is needed, so the wished-for lock would not help. The machine finds every page if the driver makes mprotect fail, and a missing page otherwise. No store is lost: the entry is dirty.',
  invariants: ['MISS', 'DIRTY'],
  params: { block: 4 },
  less: [NO_KERNEL_TLBS],
  setup,
  agents: { driver, mprotect },
  mutants: {
    'flags-change': {
      what: 'the process may take the write permission of the area away',
      breaks: 'MISS',
      why: 'a dirty entry in an area that is not writable any more is skipped',
      agents: {
        mprotect: {
          ...mprotect,
          *run(m, s) {
            yield* m.lock(s.vma.mm.mmapLock);
            yield* protectArea(m, s);
            yield* m.unlock(s.vma.mm.mmapLock);
          },
        },
      },
    },
    'flags-locked': {
      what: 'it may, but not during the pass, because a lock protects the flags',
      breaks: 'MISS',
      why: 'the permission was taken away before the pass began, and the dirty entry is skipped all the same',
      agents: {
        driver: {
          ...driver,
          *run(m, s) {
            yield* m.lock(s.flagsLock);
            yield* driver.run(m, s);
            yield* m.unlock(s.flagsLock);
          },
        },
        mprotect: {
          ...mprotect,
          *run(m, s) {
            yield* m.lock(s.vma.mm.mmapLock);
            yield* m.lock(s.flagsLock);
            yield* protectArea(m, s);
            yield* m.unlock(s.flagsLock);
            yield* m.unlock(s.vma.mm.mmapLock);
          },
        },
      },
    },
  },
});
