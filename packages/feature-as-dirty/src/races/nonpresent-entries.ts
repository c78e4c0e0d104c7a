import { type ArchPlugin, addrOf, type Ptep, type PteWord } from '@racewalk/core';
import {
  type AgentSpec,
  type ArchReason,
  type FunctionTable,
  type Patch,
  type Scenario,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { cleaner } from '../agents/driver.js';
import { type Device, makeDevice } from '../setup.js';

/** A device, and an area of another process in which its page is not present: it migrates, or is poisoned. */
interface WithSwap extends Device {
  readonly absent: Ptep;
  /** What stands there, or null where no such value looks writable or dirty. */
  readonly entry: PteWord | null;
}

/** A swap entry that would be dirty, or writable, if it were present; null where none is. */
function looks(arch: ArchPlugin, like: (pte: PteWord) => boolean): PteWord | null {
  const [lo, hi] = arch.layout.swap.offset;
  for (let bit = 0; bit <= Math.min(hi - lo, 49); bit++) {
    const pte = arch.swap.swpEntryToPte({ type: 1, offset: 2 ** bit });
    if (!arch.values.ptePresent(pte) && like(pte)) return pte;
  }
  return null;
}

/** What the callbacks would take for an entry to change. */
const mistaken = (arch: ArchPlugin): PteWord | null =>
  looks(arch, arch.values.pteDirty) ?? looks(arch, arch.values.pteWrite);

const neverMistaken: ArchReason = (arch) =>
  mistaken(arch) === null ? 'no bit of a swap entry stands where dirty or the write permission would' : null;

/** Both callbacks pass by what is not present. */
const ASKS_FIRST: Patch = {
  *applyPtClean(m, pte, token, addr, closure) {
    if (!m.v.ptePresent(yield* m.pte.ptepGet(pte))) return 0;
    return yield* m.k.applyPtClean(pte, token, addr, closure);
  },
  *applyPtWrprotect(m, pte, token, addr, closure) {
    if (!m.v.ptePresent(yield* m.pte.ptepGet(pte))) return 0;
    return yield* m.k.applyPtWrprotect(pte, token, addr, closure);
  },
};

/** Without that test. */
const AS_POSTED: Patch = {
  applyPtClean: (m, ...args) => m.k.applyPtClean(...args),
  applyPtWrprotect: (m, ...args) => m.k.applyPtWrprotect(...args),
};

function setup(w: World): WithSwap {
  const s = makeDevice(w);
  const vma = w.vma({
    mm: w.mm(),
    pages: 1,
    mapping: s.mapping,
    shared: true,
    flags: { io: true },
    name: 'other',
  });
  const absent = vma.table.entries[0]!;
  const entry = mistaken(w.arch);
  if (entry !== null) {
    w.setInitial(absent, entry);
    w.startOps.push({
      name: 'try_to_migrate_one or memory_failure, in the other process',
      run: (m) => m.pte.setPteAt(vma.mm, addrOf(absent.vpn), absent, entry),
    });
  }
  w.binder.replace(ASKS_FIRST as FunctionTable, {});
  return { ...s, absent, entry };
}

const driver: AgentSpec<WithSwap> = {
  ...cleaner,
  note: 'write-protects, cleans, acts',
  *run(m, s) {
    yield* m.k.applyAsWrprotect(s.mapping, 0, 1);
    yield* cleaner.run(m, s);
  },
};

const user: AgentSpec<WithSwap> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    yield* new UserCpu(m, s.vma).load(0);
  },
};

/** Seed 001: what the callbacks make of an entry that is not present. */
export const nonpresentEntries: Scenario = defineScenario<WithSwap>({
  id: 'as-dirty/nonpresent-entries',
  title: 'The helpers come upon an entry that is not present',
  source:
    'apply_pt_wrprotect() and apply_pt_clean() of the as_dirty helpers, version 4, June 2019 (seed 001): no pte_present(); mm/mapping_dirty_helpers.c since Linux 5.6',
  about:
    'The callbacks ask pte_write() and pte_dirty() of whatever stands in the table. May an entry stand there that maps nothing? Yes: a migration entry, or that of a poisoned page. Its bits belong to a type or an offset. Where one of them stands where dirty or the write permission would, the callback rewrites the entry, and it names another page. With a test of pte_present() first no entry is changed that maps nothing. The patch as posted has none, and neither has Linux.',
  invariants: ['ENC'],
  params: { block: 4 },
  setup,
  agents: { driver, user },
  finally(w, { absent, entry }, view, faults) {
    const now = w.entryIn((cell) => view.get(cell), absent);
    if (entry === null || now === entry) return;
    const { offset } = w.arch.swap.pteToSwpEntry(entry);
    faults.fail('ENC', `${absent.name} named slot ${offset}, and was changed as if it mapped a page`);
  },
  linux: {
    '6.12': {
      what: 'no pte_present() in either callback',
      kernel: { file: 'mm/mapping_dirty_helpers.c', functions: ['wp_pte', 'clean_record_pte'] },
      known:
        'as in the posted patch, and for any shared area that may be written: the test of VM_IO is gone; the one user is vmwgfx',
      breaks: 'ENC',
      why: 'the value of the entry is a type and an offset, whose bits are taken for dirty or writable',
      unless: neverMistaken,
      patch: AS_POSTED,
    },
  },
  mutants: {
    'as-posted': {
      what: 'the callbacks ask pte_write() and pte_dirty() of whatever stands there',
      breaks: 'ENC',
      why: 'a bit of the offset is taken for dirty or for the write permission, and is cleared',
      unless: neverMistaken,
      patch: AS_POSTED,
    },
  },
});
