import { type InvariantCode, PTE_ZERO, type Ptep, type PteWord } from '@racewalk/core';
import { type Cell, choose, type Step, write } from '@racewalk/core/step';
import {
  type AgentSpec,
  type ArchReason,
  type Machine,
  type Mutant,
  REASONS,
  type Scenario,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { clearEntry } from '../agents/teardown.js';
import { writer } from '../agents/writer.js';
import { addrAt, type Block, mapBlock } from '../block.js';
import { halfClearedStates } from '../half/states.js';
import { poisonMarker } from '../ops/aliases.js';

/** A block, and which of its entries were cleared: one bit each. */
interface Half extends Block {
  readonly cleared: Cell;
}

const setup = (w: World): Half => ({ ...mapBlock(w), cleared: w.word('cleared') });

/** The first entry that is left, and the first that is not. */
interface Picked {
  readonly left: Ptep;
  readonly gone: Ptep;
}

type Then = (m: Machine, s: Half, p: Picked) => Step<unknown>;

/** What the comment expects to be called: reads, aging, and a marker where an entry was cleared. */
const expected: Then = function* (m, s, { left, gone }) {
  yield* m.pte.ptepGet(left);
  yield* m.pte.ptepTestAndClearYoung(s.vma, addrAt(left), left);
  yield* m.pte.setPteAt(s.vma.mm, addrAt(gone), gone, poisonMarker(m.arch));
  yield* m.pte.pteClear(s.vma.mm, addrAt(gone), gone);
};

/** Clears some entries of the block, in every way to choose them, and then another operation is called. */
const zap = (then: Then): AgentSpec<Half> => ({
  cpu: 0,
  role: 'kernel',
  note: 'half clears, then another API; holds ptl',
  *run(m, s) {
    const states = halfClearedStates(s.entries.length);
    const show = (o: { readonly result: number }) => `→ ${states[o.result]?.join(', ')}`;
    const cleared = states[yield* choose(states.length, 'which entries are cleared', show)] ?? [];
    const left = s.entries.find((_, i) => !cleared.includes(i))!;
    yield* m.pteOffsetMapLock(s.vma.table);
    for (const i of cleared) yield* clearEntry(m, s, i);
    yield* then(m, s, { left, gone: s.entries[cleared[0]!]! });
    yield* m.pteUnmapUnlock(s.vma.table);
    const bits = cleared.reduce((sum, i) => sum + 2 ** i, 0);
    yield* write(s.cleared, bits, 'these entries were cleared');
  },
});

const mutant = (what: string, breaks: InvariantCode, why: string, then: Then): Mutant<Half> => ({
  what: `${what} is called on what is left of the block`,
  breaks,
  why,
  unless: REASONS.noBlocks,
  agents: { zap: zap(then) },
});

const UNFOLDS = 'it unfolds the block, and that writes every entry of it, the cleared ones too';

/**
 * Where clean is a bit that is clear, an empty entry is clean already. Said only of blocks that the hardware knows by
 * their pattern (Svnapot): a plug-in whose mark is a bit may write that bit along, to an empty entry as well.
 */
const emptyIsClean: ArchReason = ({ values: v, cont }) =>
  cont?.napot !== undefined && v.pteMkclean(v.pteMkold(PTE_ZERO)) === PTE_ZERO
    ? 'old and clean change nothing in an empty entry'
    : null;

/** The page of an entry, mapped by itself. */
function pageOf(m: Machine, s: Half, p: Ptep): PteWord {
  const pte = m.v.pfnPte(s.folio.frames[p.index]!.pfn, m.v.mkProt({ ...s.vma.prot, write: false }));
  return m.v.pteMkyoung(m.v.pteMkclean(m.v.pteMkwrite(pte)));
}

/** Seed 000: "If any other APIs are called for the ptes in the contpte block during that time". */
export const halfClearedOtherApi: Scenario = defineScenario<Half>({
  id: 'contpte/half-cleared-other-api',
  title: 'Another operation is called on a block that is half cleared',
  source:
    'ptep_get_and_clear_full() thread, 28 November 2023 (seed 000): the comment on the intermediate state, "we have to be very careful"',
  about:
    'While a block is half cleared, what may be called on its entries? Reads, aging, and setting or clearing a marker: these are right in every half-cleared state. Whatever unfolds maps the cleared entries again, because the unfold rewrites the whole block from its first entry: get-and-clear, pte_clear, write-protection, a change of protection, setting the same value, adding write permission. A page set where an entry was cleared makes a mixed block. The table of docs/half-cleared.md has every operation in every state.',
  invariants: ['MISS', 'CONT', 'ENC'],
  params: { block: 4 },
  setup,
  agents: { zap: zap(expected), user: writer({ pages: (n) => [n - 1], faults: false }) },
  finally(w, s, view, faults) {
    const bits = view.get(s.cleared);
    for (const [i, ptep] of s.entries.entries()) {
      const pte = w.entryIn((cell) => view.get(cell), ptep);
      if ((bits & (2 ** i)) === 0 || w.arch.values.pteNone(pte)) continue;
      if (w.arch.values.ptePresent(pte)) faults.fail('MISS', `${ptep.name} was cleared and is mapped again`);
      else faults.fail('ENC', `${ptep.name} was cleared, and nobody has set what stands there`);
    }
  },
  mutants: {
    'get-and-clear': mutant('ptep_get_and_clear()', 'MISS', UNFOLDS, (m, s, { left }) =>
      m.pte.ptepGetAndClear(s.vma.mm, addrAt(left), left),
    ),
    'pte-clear': mutant('pte_clear()', 'MISS', UNFOLDS, (m, s, { left }) =>
      m.pte.pteClear(s.vma.mm, addrAt(left), left),
    ),
    'set-pte-at': mutant('set_pte_at() of the value it has', 'MISS', UNFOLDS, function* (m, s, { left }) {
      yield* m.pte.setPteAt(s.vma.mm, addrAt(left), left, yield* m.pte.ptepGet(left));
    }),
    wrprotect: mutant('ptep_set_wrprotect()', 'MISS', UNFOLDS, (m, s, { left }) =>
      m.pte.ptepSetWrprotect(s.vma.mm, addrAt(left), left),
    ),
    'access-flags': mutant(
      'ptep_set_access_flags() with another write permission',
      'MISS',
      UNFOLDS,
      function* (m, s, { left }) {
        const pte = m.v.pteWrprotect(yield* m.pte.ptepGet(left));
        yield* m.pte.ptepSetAccessFlags(s.vma, addrAt(left), left, m.v.pteMkyoung(pte), true);
      },
    ),
    'young-and-dirty': mutant(
      'ptep_set_access_flags() with the same write permission',
      'ENC',
      'the flags go to every entry of a folded block, and those are not empty any more',
      function* (m, s, { left }) {
        const entry = m.v.pteMkyoung(m.v.pteMkdirty(yield* m.pte.ptepGet(left)));
        yield* m.pte.ptepSetAccessFlags(s.vma, addrAt(left), left, entry, true);
      },
    ),
    'clear-young-dirty': {
      ...mutant(
        'clear_young_dirty_ptes()',
        'ENC',
        'it works on every entry of a folded block, and marks an empty one read-only',
        (m, s, { left }) =>
          m.pte.clearYoungDirtyPtes(s.vma, addrAt(left), left, 1, { young: true, dirty: true }),
      ),
      unless: (arch) => REASONS.noBlocks(arch) ?? emptyIsClean(arch),
    },
    'valid-before-flush': {
      ...mutant(
        'set_pte_at() of a page',
        'CONT',
        'the entries that are left still have the contiguous mark, and the new one has not',
        (m, s, { gone }) => m.pte.setPteAt(s.vma.mm, addrAt(gone), gone, pageOf(m, s, gone)),
      ),
      what: 'a valid entry is set where one was cleared, before the final invalidation',
      unless: () => null,
      notApplicable: REASONS.noBlocks,
    },
  },
});
