import { type Cell, type Step, write } from '@racewalk/core/step';
import { type AgentSpec, REASONS, type Scenario, UserCpu, type World } from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { addrAt, entryAt, foldedMapping, locked, type Mapping } from '../setup.js';

/** A block, and whether an access to it ended in a fault that nobody handles. */
interface Watched extends Mapping {
  readonly oops: Cell;
}

const setup = (w: World): Watched => ({ ...foldedMapping(w, { young: true }), oops: w.word('oops') });

/** Sets an entry of the block anew, as `set_pte_at` of the value it has: the block is unfolded for it. */
const changes: AgentSpec<Watched> = {
  cpu: 0,
  role: 'kernel',
  note: 'changes one entry, holds ptl',
  *run(m, s) {
    yield* locked(m, s, function* () {
      const pte = yield* m.pte.ptepGet(entryAt(s, 0));
      yield* m.pte.setPteAt(s.vma.mm, addrAt(s, 0), entryAt(s, 0), pte);
    });
  },
};

/** Loads from a page of the block. */
function* loadOnce(cpu: UserCpu, { oops }: Watched): Step<void> {
  if (!(yield* cpu.load(1))) yield* write(oops, 1, 'the access faults, and nobody handles it');
}

const user: AgentSpec<Watched> = {
  cpu: 1,
  role: 'user',
  note: 'user space, loads',
  *run(m, s) {
    yield* loadOnce(new UserCpu(m, s.vma, { faults: true }), s);
  },
};

/** Seed 004: "Wire up PTE_CONT for user mappings". */
export const userMappingsOnly: Scenario = defineScenario<Watched>({
  id: 'contpte/user-mappings-only',
  title: 'A block is unfolded while it is accessed, in user space and in the kernel',
  source:
    'Transparent contiguous PTEs, v2, November 2023 (seed 004), part 12: for user mappings; mm_is_user() in arch/arm64/mm/contpte.c',
  about:
    'Folding and unfolding go by break before make: for a moment the entries are empty. Why is that restricted to mappings of user space? A fault in that moment is handled there: it waits for the page-table lock and tries again, so no access is lost. The kernel cannot fault on memory of its own. So mm_is_user() is part of the protocol, not a matter of configuration: a block of the kernel that is unfolded while another CPU uses it ends in an oops.',
  invariants: ['MISS', 'CONT'],
  params: { block: 4 },
  setup,
  agents: { changes, user },
  finally(_w, s, view, faults) {
    if (view.get(s.oops) !== 0)
      faults.fail('MISS', 'a page that was mapped all the time could not be accessed');
  },
  mutants: {
    'kernel-mapping': {
      what: 'the block is one of the kernel, whose accesses must not fault',
      breaks: 'MISS',
      why: 'between the break and the make its entries are empty',
      unless: REASONS.noBlocks,
      agents: {
        user: {
          ...user,
          note: 'the kernel, loads from memory of its own',
          *run(m, s) {
            yield* loadOnce(new UserCpu(m, s.vma, { faults: false }), s);
          },
        },
      },
    },
  },
});
