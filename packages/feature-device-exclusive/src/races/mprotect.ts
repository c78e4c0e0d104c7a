import type { Vma } from '@racewalk/core';
import { type Cell, read, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type FaultHandler,
  nothing,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario, takeBack } from '@racewalk/mm';
import { nouveauAtomicRangeFault } from '../agents/driver.js';
import { atomics } from '../agents/gpu.js';
import { protectPage } from '../agents/mprotect.js';
import { entriesRemember, type Setup, setup } from '../setup.js';
import { LOOK_UP_MARKS_NOTHING } from './remembering.js';

/** The area before and after mprotect, and which of the two it is. */
interface Protected extends Setup {
  readonly readOnly: Vma;
  /** 1 once the area is read-only; guarded by the mmap lock. @kernel vma->vm_flags */
  readonly vmFlags: Cell;
}

const protectedSetup = (w: World): Protected => withProtection(w, setup(w, { has: 'device' }));

function withProtection(w: World, s: Setup): Protected {
  const readOnly: Vma = { ...s.vma, prot: { read: true, write: false } };
  return { ...s, readOnly, vmFlags: w.word('area is read-only') };
}

// biome-ignore lint/correctness/useYield: what is not present is skipped
function* skip() {
  return 0;
}

const mprotect: AgentSpec<Protected> = {
  cpu: 0,
  role: 'kernel',
  note: 'mprotect(PROT_READ)',
  *run(m, s) {
    const { vma } = s;
    yield* m.lock(vma.mm.mmapLock);
    yield* write(s.vmFlags, 1, 'the area becomes read-only');
    yield* protectPage(m, s.place);
    yield* m.unlock(vma.mm.mmapLock);
  },
};

/** Faults under the mmap lock, which says what the area allows. */
const reader: AgentSpec<Protected> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    const onFault: FaultHandler = function* (mm, { vma, ptep }) {
      yield* mm.lock(vma.mm.mmapLock);
      const flags = yield* read(s.vmFlags, 'vma->vm_flags');
      const taken = yield* takeBack(mm, flags === 0 ? s.vma : s.readOnly, ptep);
      yield* mm.unlock(vma.mm.mmapLock);
      return taken ? 'retry' : 'default';
    };
    yield* new UserCpu(m, s.vma, { onFault }).load(0);
  },
};

/** The same, from a page that was only read: what speaks for the store of the device once the entry is readable? */
export const mprotectKeepsDirty: Scenario = defineScenario<Protected>({
  id: 'device-exclusive/mprotect-keeps-dirty',
  title: 'A device has written, and mprotect makes the entry that says so readable',
  source:
    'change_pte_range() and restore_exclusive_pte() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): a readable entry is restored without pte_mkdirty()',
  about:
    'A writable device-exclusive entry is restored dirty. mprotect(PROT_READ) makes it a readable one, which is restored clean. Is a store that the device made before forgotten? No, because the page was marked dirty when the driver looked it up: get_user_pages() with FOLL_WRITE touches what it finds. The entry is not what remembers. Without that mark the store is forgotten.',
  invariants: ['DIRTY', 'NOTIF'],
  params: { block: 4 },
  setup: (w) => {
    const s = withProtection(w, setup(w, { has: 'process', map: { dirty: false } }));
    entriesRemember(w);
    return s;
  },
  agents: {
    mprotect,
    gpu: atomics(1, (m, s: Protected) => nouveauAtomicRangeFault(m, s, { attempts: 1 })),
    user: reader,
  },
  mutants: {
    'look-up-marks-nothing': {
      what: 'get_user_pages() leaves the page clean (no FOLL_TOUCH)',
      breaks: 'DIRTY',
      why: 'the entry that was writable is readable when it is restored, so it comes back clean',
      patch: LOOK_UP_MARKS_NOTHING,
    },
  },
});

/** mprotect against a device-exclusive entry. */
export const mprotectVsAtomics: Scenario = defineScenario<Protected>({
  id: 'device-exclusive/mprotect-vs-atomics',
  title: 'mprotect takes write permission from a page that a device has for itself',
  source:
    'change_pte_range() and restore_exclusive_pte() in "mm: Device exclusive memory access" v8, May 2021 (seed 002): maybe_mkwrite, and what a restored entry may do',
  about:
    'Write permission of the page is in three places: the area, the type of the entry, and the device. Can mprotect leave one of them writable? No. It changes the area first. Then, inside a bracket that takes the page from the device, it makes the device-exclusive entry readable. A later fault restores what the entry says, but never more than the area allows. For the CPU either guard is enough; without both a read-only area gets a writable entry. Only the bracket guards against the device.',
  invariants: ['NOTIF', 'PERM'],
  params: { block: 4 },
  setup: protectedSetup,
  agents: { mprotect, gpu: atomics(), user: reader },
  finally: (w, { ptep }, view, faults) => {
    const pte = w.entryIn((c) => view.get(c), ptep);
    if (w.arch.values.ptePresent(pte) && w.arch.values.pteWrite(pte)) {
      faults.fail('PERM', `${ptep.name} permits stores, and its area does not`);
    }
  },
  linux: { '5.14': 'upstream' },
  mutants: {
    'no-bracket': {
      what: 'the entry is not present, so mprotect tells nobody',
      breaks: 'NOTIF',
      why: 'the device goes on writing to a page that its process may only read',
      patch: { mmuNotifierInvalidateRangeStart: nothing, mmuNotifierInvalidateRangeEnd: nothing },
      within: 'changeProtection',
    },
    'entry-decides': {
      what: 'mprotect skips what is not present, and restoring trusts the entry rather than the area',
      breaks: 'PERM',
      why: 'the entry still says writable, and nobody asks the area',
      patch: { changeNonpresentPte: skip, maybeMkwrite: (m, pte) => m.v.pteMkwrite(pte) },
    },
  },
});
