import type { AccessKind, Ptep, VmaFlags } from '@racewalk/core';
import { choose, type Step } from '@racewalk/core/step';
import {
  type AgentSpec,
  type Machine,
  type Scenario,
  SvaDevice,
  UserCpu,
  type World,
} from '@racewalk/machine';
import { defineScenario } from '@racewalk/mm';
import { type Mapping, mapping } from '../setup.js';

/** A block that the CPU and a device share; the device walks each descriptor by itself, and sets no flags. */
interface Shared extends Mapping {
  readonly sva: SvaDevice;
}

function setup(w: World, flags: VmaFlags): Shared {
  const s = mapping(w, {}, flags);
  return { ...s, sva: new SvaDevice(w, s.vma, 'smmu', { rewalks: true }) };
}

/** Where there are blocks, the page is one of them. */
const hugetlb = ({ contPtes, params }: World): VmaFlags => {
  const blocks = contPtes > 1 && typeof params.block === 'number';
  return { hugetlb: true, ...(blocks ? { hugetlbEntries: params.block as number } : {}) };
};

const kindOf = function* (): Step<AccessKind> {
  return (yield* choose(2, 'load or store', (o) => (o.result === 0 ? '→ load' : '→ store'))) === 0
    ? 'load'
    : 'store';
};

/**
 * Where there are no blocks a store is enough. x86 leaves the access flag of a load to the hardware, and a device there
 * has hardware that sets it; one that sets no flags would wait for ever.
 */
const deviceKind = (m: Machine): Step<AccessKind> => (m.contPtes > 1 ? kindOf() : onlyStores());

// biome-ignore lint/correctness/useYield: nothing to choose
function* onlyStores(): Step<AccessKind> {
  return 'store';
}

const device = (
  onFault: (m: Machine, s: Shared, ptep: Ptep, access: AccessKind) => Step<boolean | null>,
): AgentSpec<Shared> => ({
  cpu: 8,
  role: 'device',
  note: 'uses page 1',
  *run(m, s) {
    yield* s.sva.access(m, 1, yield* deviceKind(m), (mm, ptep, access) => onFault(mm, s, ptep, access));
  },
});

const user: AgentSpec<Shared> = {
  cpu: 1,
  role: 'user',
  note: 'uses page 0',
  *run(m, s) {
    const cpu = new UserCpu(m, s.vma);
    yield* (yield* kindOf()) === 'load' ? cpu.load(0) : cpu.store(0);
  },
};

/** The handler makes a page of the device young and dirty, by the operations of its area. */
const handled = device((m, s, ptep, access) => m.k.iommuSvaHandleMm(s.vma, ptep, access));

const nothingDone = {
  what: 'the handler believes that the device only needs to try again',
  breaks: 'LIVE',
  why: 'the device sets no flags, and nobody else does either',
  agents: {
    // biome-ignore lint/correctness/useYield: the handler looks at nothing
    device: device(function* () {
      return false;
    }),
  },
} as const;

/** Linux 97c5550b7631. */
export const svaContpte: Scenario = defineScenario<Shared>({
  id: 'access-flags/sva-contpte',
  title: 'A device that walks each descriptor by itself, and a folded block whose sibling the CPU has marked',
  source:
    'contpte_ptep_set_access_flags() of the contpte series, part 9, November 2023 (seed 004); Linux 97c5550b7631 (7.0-rc3, 2026): its no-op check for SMMU and ATS faults',
  about:
    'In a folded block a CPU may set access flag and dirty state in any entry. A device without hardware flags looks at one entry only, and faults if its flags are missing. Does the fault handler help it? Only if it does nothing just where every entry has the flags. If it compares with the flags of the block as a whole, it finds them in a sibling, changes nothing, and the device faults for ever. Linux did so from 6.9 to 7.0-rc2. A CPU without hardware flags next to one that has them is the same.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  sizes: [{ block: 16 }],
  setup: (w) => setup(w, {}),
  agents: { device: handled, user },
  linux: { '7.0': 'upstream' },
  mutants: { 'handler-does-nothing': nothingDone },
});

/** The same through the operations of hugetlb pages. */
export const svaHugetlb: Scenario = defineScenario<Shared>({
  id: 'access-flags/sva-hugetlb',
  title: 'The same with a hugetlb page of several entries',
  source:
    '__cont_access_flags_changed() of arch/arm64/mm/hugetlbpage.c, which the review of Linux 97c5550b7631 (2026) compares; contpte series, part 9, November 2023 (seed 004)',
  about:
    'A hugetlb page of 64 KiB is a contiguous block, too. Its handler compares each entry with what the fault asks for, and rewrites the block if one differs. Is the device served? Yes, in every schedule. Comparing with the flags of the whole page would leave it in a loop. Where a page is one entry, there is nothing to compare.',
  invariants: ['DIRTY'],
  params: { block: 4 },
  setup: (w) => setup(w, hugetlb(w)),
  agents: { device: handled, user },
  linux: { '6.12': 'upstream', '7.0': 'upstream' },
  mutants: {
    'handler-does-nothing': nothingDone,
  },
});
