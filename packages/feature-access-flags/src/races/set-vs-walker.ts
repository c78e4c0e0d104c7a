import { choose } from '@racewalk/core/step';
import { type AgentSpec, type Mutant, type Patch, REASONS, type Scenario } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { writer } from '../agents/writer.js';
import { addrOfTarget, locked, type Mapping, mapping, targetOf } from '../setup.js';

/** `handle_pte_fault` of another thread: makes the entry young, and dirty if it was a write. */
const fault: AgentSpec<Mapping> = {
  cpu: 0,
  role: 'kernel',
  note: 'holds ptl',
  *run(m, s) {
    const write = (yield* choose(2, 'read or write fault', (o) => (o.result ? '→ write' : '→ read'))) === 1;
    yield* locked(m, s, function* () {
      const pte = yield* m.pte.ptepGet(targetOf(s));
      const young = m.v.pteMkyoung(pte);
      const entry = write ? m.v.pteMkdirty(young) : young;
      yield* m.pte.ptepSetAccessFlags(s.vma, addrOfTarget(s), targetOf(s), entry, write);
    });
  },
};

/** Stores what the caller computed from an earlier look. */
const plainStore: Patch = {
  *ptepSetAccessFlags(m, vma, addr, ptep, entry, dirty) {
    if (m.v.pteSame(yield* m.entries.readOnce(ptep, 'ptep_set_access_flags'), entry)) return false;
    yield* m.entries.writeOnce(ptep, entry, 'ptep_set_access_flags');
    if (dirty) yield* m.tlb.flushTlbPage(vma, addr);
    return true;
  },
};

/** Exchanges whatever stands there for what was asked for. */
const requestWins: Patch = {
  *ptepSetAccessFlags(m, vma, addr, ptep, entry, dirty) {
    if (m.v.pteSame(yield* m.entries.xchg(ptep, entry, 'ptep_set_access_flags'), entry)) return false;
    if (dirty) yield* m.tlb.flushTlbPage(vma, addr);
    return true;
  },
};

/** Bodies that change one entry of a block alone, where the fault handler makes it dirty. */
const refusedBySibling: Mutant<Mapping>['instead'] = (arch) =>
  arch.has('blockTranslations') && !arch.has('hwDirty')
    ? {
        breaks: 'LIVE',
        why: 'one entry of a block becomes dirty alone, and a TLB that has read the block from another refuses the store for ever',
      }
    : null;

/** Seed 000 (e), race A4: an upgrade of access flags against the hardware's own. */
export const setVsWalker: Scenario = defineScenario<Mapping>({
  id: 'access-flags/set-vs-walker',
  title: 'A fault handler sets access flags while the hardware sets dirty',
  source:
    'ptep_set_access_flags() as split in the ptep_get_and_clear_full() thread, November 2023 (seed 000); Linux 66dbd6e61a52 (2016) and 6d332747fa5f (2017)',
  about:
    'A fault handler reads an entry under the lock and computes its new value: young, and dirty after a write. Can it lose a store by another CPU whose hardware manages these flags? Not with the current operation, which only adds permissions: young or dirty if either value says so. Two faulting threads are ordered by the lock. Twice arm64 lost the store: first by a plain store of the computed value, then by a retried exchange that took the read-only bit, where the hardware records dirty, from the computed value. The machine finds both bugs wherever hardware sets dirty.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => mapping(w, {}),
  agents: { fault, user: writer },
  linux: { '6.12': 'upstream' },
  mutants: {
    'plain-store': {
      what: 'the requested value is stored plainly',
      breaks: 'DIRTY',
      why: 'the hardware sets dirty after the entry was read, and the store takes it back',
      unless: REASONS.softwareDirty,
      instead: refusedBySibling,
      patch: plainStore,
    },
    'request-wins': {
      what: 'the requested value is exchanged for whatever the entry became meanwhile, as by a retry until it stands',
      breaks: 'DIRTY',
      why: 'the retry sees the dirty entry and replaces it by the requested clean one',
      unless: REASONS.softwareDirty,
      instead: refusedBySibling,
      patch: requestWins,
    },
  },
});
