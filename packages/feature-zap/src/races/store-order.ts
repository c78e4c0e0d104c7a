import { addrOf, type HalvesAccess, PTE_ZERO, type Ptep, type PteWord, pteWord } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  announceStore,
  type Machine,
  type Patch,
  type Scenario,
  UserCpu,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { gup } from '../agents/gup.js';
import { freshPte, onlyPage } from '../ops/fault.js';
import { wholeEntries } from '../reasons.js';
import { type ThreeFolios, threeFolios } from '../setup.js';

/** The half-wide accesses, where entries have halves. */
const halvesOf = (m: Machine): HalvesAccess | null =>
  m.arch.has('splitEntries') ? (m.entries as HalvesAccess) : null;

/** Stores the half with the present bit first. */
const lowFirst: Patch = {
  *setPte(m, ptep, pte) {
    const halves = halvesOf(m);
    if (halves === null) return yield* m.pte.setPte(ptep, pte);
    yield* announceStore(m.world, ptep, pte, 'set_pte');
    yield* halves.writeLow(ptep, pte, 'set_pte');
    yield* halves.writeHigh(ptep, pte, 'set_pte');
  },
};

/** Empties the half with the present bit last. */
const clearHighFirst: Patch = {
  *pteClear(m, mm, addr, ptep) {
    const halves = halvesOf(m);
    if (halves === null) return yield* m.pte.pteClear(mm, addr, ptep);
    yield* announceStore(m.world, ptep, PTE_ZERO, 'pte_clear');
    yield* halves.writeHigh(ptep, PTE_ZERO, 'pte_clear');
    yield* halves.writeLow(ptep, PTE_ZERO, 'pte_clear');
  },
};

/** A load of each half, and no second look at the low one. */
function* loadOnce(m: Machine, ptep: Ptep): Step<PteWord> {
  const halves = halvesOf(m);
  if (halves === null) return yield* m.pte.ptepGetLockless(ptep);
  const low = yield* halves.readLow(ptep, 'ptep_get_lockless');
  return pteWord(low, yield* halves.readHigh(ptep, 'ptep_get_lockless'));
}

/** The high half before the low one, whose second look then guards nothing. */
function* loadHighFirst(m: Machine, ptep: Ptep): Step<PteWord> {
  const halves = halvesOf(m);
  if (halves === null) return yield* m.pte.ptepGetLockless(ptep);
  const high = yield* halves.readHigh(ptep, 'ptep_get_lockless');
  return pteWord(yield* halves.readLow(ptep, 'ptep_get_lockless'), high);
}

/** Maps a page, takes it away by plain stores, flushes, and maps another; all under the lock. */
const remap: AgentSpec<ThreeFolios> = {
  cpu: 0,
  role: 'kernel',
  note: 'maps and unmaps, holds ptl',
  *run(m, s) {
    const { ptep, vma } = s;
    const addr = addrOf(ptep.vpn);
    yield* m.pteOffsetMapLock(ptep.table);
    yield* m.pte.setPteAt(vma.mm, addr, ptep, freshPte(m, vma, onlyPage(s.second)));
    yield* m.pte.pteClear(vma.mm, addr, ptep);
    yield* m.tlb.flushTlbRange(vma, addr, addr + 1);
    yield* m.pte.setPteAt(vma.mm, addr, ptep, freshPte(m, vma, onlyPage(s.third)));
    yield* m.pteUnmapUnlock(ptep.table);
  },
};

const user: AgentSpec<ThreeFolios> = {
  cpu: 1,
  role: 'user',
  note: 'loads',
  *run(m, s) {
    yield* new UserCpu(m, s.vma, { faults: false }).load(0);
  },
};

/** Race A10, the writer's side. */
export const storeOrder: Scenario = defineScenario<ThreeFolios>({
  id: 'gup/store-order',
  title: 'The order in which the halves of an entry are stored and loaded',
  source:
    'the comment at ptep_get_lockless() that the thread of October 2022 (seed 003) sets out to correct: high, low to set; low, high to clear; low, high, low to read',
  about:
    'An entry in two halves has its present bit in the low one. Set stores high, then low; clear stores low, then high; a reader loads low, high, low. Is that enough against torn values? Yes, together with a flush that interrupts, and each rule is needed: a reader that sees the present bit must find the high half in place. Software is not the only reader. The hardware walker loads both halves at once. If low is stored first, it translates with a high half that belongs to no entry.',
  invariants: ['TORN', 'UAF'],
  params: { block: 1 },
  setup: (w) => threeFolios(w, false),
  agents: { remap, gup },
  linux: { '6.12': 'upstream' },
  mutants: {
    'set-low-first': {
      what: 'an entry is set low half first',
      breaks: 'TORN',
      why: 'the reader finds the low half of the new entry twice, and between them the empty high half',
      unless: wholeEntries,
      patch: lowFirst,
    },
    'clear-high-first': {
      what: 'an entry is emptied high half first',
      breaks: 'TORN',
      why: 'the reader finds a low half that is still present twice, and between them no high half',
      unless: wholeEntries,
      patch: clearHighFirst,
    },
    'low-read-once': {
      what: 'the reader does not look at the low half again',
      breaks: 'TORN',
      why: 'the entry is emptied between the two loads',
      unless: wholeEntries,
      patch: { ptepGetLockless: loadOnce },
    },
    'high-read-first': {
      what: 'the reader takes the high half, then the low one',
      breaks: 'TORN',
      why: 'the entry is set between the two loads: the high half was still empty',
      unless: wholeEntries,
      patch: { ptepGetLockless: loadHighFirst },
    },
    'walker-sees-low-first': {
      what: 'an entry is set low half first, and the walker of the hardware is the reader',
      breaks: 'UAF',
      why: "the walk between the two stores translates to a frame that is nobody's",
      unless: wholeEntries,
      patch: lowFirst,
      agents: { gup: user },
    },
  },
});
