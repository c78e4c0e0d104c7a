/**
 * The manifest of a plug-in is not taken on trust: what it claims is exercised, what it denies must be
 * refused or without effect.
 */
import {
  type AccessKind,
  type ArchPlugin,
  addrOf,
  type Capability,
  PTE_ZERO,
  type PteWord,
} from '@racewalk/core';
import { effectOf, type Step } from '@racewalk/core/step';
import { entriesOf, initialMemory, Machine, runAlone, UserCpu, World } from '@racewalk/machine';
import { type EntryFacts, makeEntry } from '../laws/entries.js';
import { buildTable, type TableSpec, type TestWorld } from '../laws/table.js';
import { flagFault } from './flag-fault.js';
import { keepsTags } from './tags.js';

/** Null if the capability is as claimed or denied, else what was found. */
type Check = (arch: ArchPlugin, claimed: boolean) => string | null;

function table(arch: ArchPlugin, dirty: boolean, young: boolean): TestWorld {
  const all = (value: boolean) => [value, value, value, value];
  const block: TableSpec['blocks'][number] = {
    kind: 'folded',
    write: true,
    wrprotected: false,
    dirty: all(dirty),
    young: all(young),
    cleared: all(false),
  };
  const built = buildTable(arch, { blocks: [block, { ...block, kind: 'unfolded' }, block] }, false, ['CONT']);
  built.world.faultHandler = flagFault;
  return built;
}

const entry = (arch: ArchPlugin, facts: Partial<EntryFacts>) => makeEntry(arch, 0x40, facts);

/** What a walk of a writable entry does to it, and what user code on a CPU ends with. */
function walks(
  arch: ArchPlugin,
  claimed: boolean,
  access: AccessKind,
  facts: Partial<EntryFacts>,
  fact: 'pteYoung' | 'pteDirty',
): string | null {
  const test = arch.values[fact];
  const result = arch.walker.walk(entry(arch, { write: true, ...facts }), access);
  if (claimed && !result.ok) {
    const article = result.fault.startsWith('a') ? 'an' : 'a';
    return `a walk for a ${access} ends in ${article} ${result.fault} fault`;
  }
  if (claimed && result.ok && !test(result.entry)) return `a walk for a ${access} leaves ${fact} false`;
  if (!claimed && result.ok) return `a walk for a ${access} does not fault`;
  const t = table(arch, false, facts.young === true);
  const cpu = new UserCpu(t.machine, t.vma);
  const { value, memory } = runAlone(t.world.cells.cells, () =>
    access === 'store' ? cpu.store(4) : cpu.load(4),
  );
  if (!value) return `a ${access} of user code ends in SIGSEGV`;
  const after = t.world.entryIn((cell) => memory[cell] ?? 0, t.at(4));
  return test(after) ? null : `after a ${access} of user code ${fact} is false`;
}

/** A mark the kernel keeps in an entry: seen and removed, or not there at all. */
function marks(
  arch: ArchPlugin,
  claimed: boolean,
  [make, test, clear]:
    | readonly ['pteMksoftDirty', 'pteSoftDirty', 'pteClearSoftDirty']
    | readonly ['pteMkuffdWp', 'pteUffdWp', 'pteClearUffdWp']
    | readonly ['pteMkcont', 'pteCont', 'pteMknoncont'],
): string | null {
  const v = arch.values;
  const plain = entry(arch, {});
  const marked = v[make](plain);
  if (!claimed) return marked === plain ? null : `${make} changes an entry all the same`;
  if (!v[test](marked)) return `${test} does not see what ${make} made`;
  return v[test](v[clear](marked)) ? `${clear} leaves the mark` : null;
}

/** Whether an invalidation that was issued is over before anybody waits for it. */
function completesAtIssue(arch: ArchPlugin): boolean {
  const t = table(arch, true, true);
  const cell = t.world.tlbs.word(0, t.vma.mm, t.vma.start);
  const memory = Int32Array.from(t.world.cells.cells, (c) => c.initial);
  memory[cell] = entry(arch, {}).id;
  // Another CPU flushes: the TLB concerned is a remote one.
  const remote = new Machine(t.world, 1, t.machine.entries);
  const run = runAlone(
    t.world.cells.cells,
    () => remote.tlb.flushTlbRangeNosync(t.vma, addrOf(t.vma.start), addrOf(t.vma.start + 1)),
    {
      memory,
    },
  );
  return run.memory[cell] === 0;
}

const flushes: Check = (arch, claimed) =>
  completesAtIssue(arch) === claimed
    ? `an invalidation is ${claimed ? 'complete before' : 'not complete without'} a barrier`
    : null;

/** A store where what is cached refuses it and the entry allows it: whether it faults, and what the fault drops. */
function refused(arch: ArchPlugin) {
  const t = table(arch, true, true);
  const { tlbs, cells } = t.world;
  const memory = initialMemory(cells.cells);
  memory[tlbs.word(0, t.vma.mm, t.vma.start + 4)] = arch.values.pteWrprotect(entry(arch, { young: true })).id;
  let faults = false;
  t.world.faultHandler = function* (m) {
    faults = true;
    yield* m.tlb.dsb();
    return VM_FAULT_SIGSEGV;
  };
  const cpu = new UserCpu(t.machine, t.vma);
  const { steps } = runAlone(cells.cells, () => cpu.store(4), { memory });
  return { faults, drops: steps.some((s) => effectOf(s.op).does === 'drop') };
}

/** No handler has anything to do. */
const VM_FAULT_SIGSEGV = -1;

/** Whether the TLB of a CPU on which nothing happened may have what stood in an entry that has changed. */
function leavesBehind(arch: ArchPlugin, pte: PteWord): boolean {
  const t = table(arch, true, true);
  const { tlbs, cells } = t.world;
  t.world.setInitial(t.at(4), pte);
  const now = makeEntry(arch, 0x900, { young: true });
  const { memory } = runAlone(cells.cells, () => t.machine.entries.xchg(t.at(4), now, 'xchg'));
  return memory[tlbs.word(0, t.vma.mm, t.vma.start + 4)] !== 0;
}

/** Whether the walk cache of CPU 0 leads to the table after `body`, if its word was `before`. */
function climbs(arch: ArchPlugin, body: (t: TestWorld) => Step<unknown>, before: number): boolean {
  const t = table(arch, true, true);
  const cache = t.world.pmds.add(t.vma).walkCaches.get(0) ?? -1;
  const { cells } = t.world.cells;
  const memory = initialMemory(cells);
  memory[cache] = before;
  return runAlone(cells, () => body(t), { memory }).memory[cache] === 1;
}

/** Whether a leaf that takes the place of a live table is a fault. */
function refusesLeaf(arch: ArchPlugin): boolean {
  const world = new World(arch, {}, [0], ['CONT']);
  const { pmdp } = world.pmds.add(world.vma({ pages: 2 }), {});
  world.seal();
  const leaf = arch.pmd.pmdMkhuge(entry(arch, { young: true }));
  const entries = entriesOf(world);
  const { faults } = runAlone(world.cells.cells, () => entries.writeOnce(pmdp, leaf, 'set_pmd_at'));
  return faults.some(({ code }) => code === 'CONT');
}

const flushOne = ({ machine, vma }: TestWorld): Step<unknown> =>
  machine.tlb.flushTlbRange(vma, addrOf(vma.start), addrOf(vma.start + 1), true);

const CHECKS: Readonly<Record<Capability, Check>> = {
  hwAccess: (arch, claimed) => walks(arch, claimed, 'load', {}, 'pteYoung'),
  hwDirty: (arch, claimed) => walks(arch, claimed, 'store', { young: true }, 'pteDirty'),
  contPte: (arch, claimed) => marks(arch, claimed, ['pteMkcont', 'pteCont', 'pteMknoncont']),
  breakBeforeMake(arch, claimed) {
    if (!claimed) return null;
    if (!arch.has('contPte')) return 'without contPte nothing here changes the size of an entry';
    const t = table(arch, false, true);
    const unfold = arch.values.pteMknoncont(entry(arch, { write: true, young: true }));
    const run = runAlone(t.world.cells.cells, () => t.machine.entries.writeOnce(t.at(0), unfold, 'set_pte'));
    return run.faults.some((f) => f.code === 'CONT') ? null : 'a live block may be unfolded without a break';
  },
  leafBreakBeforeMake(arch, claimed) {
    if (claimed && arch.bbm?.level === 2) return null;
    const refuses = refusesLeaf(arch);
    return refuses === claimed
      ? null
      : `a live table becomes a leaf ${refuses ? 'only with' : 'without'} a break`;
  },
  splitEntries(arch, claimed) {
    const t = table(arch, false, false);
    const { steps } = runAlone(t.world.cells.cells, () => t.machine.entries.readOnce(t.at(0), 'ptep_get'));
    return steps.length > 1 === claimed ? null : `an entry is read in ${steps.length} steps`;
  },
  faultDropsTlb(arch, claimed) {
    if (!arch.has('staleRefusals')) return claimed ? 'no access faults on what is cached' : null;
    const { drops } = refused(arch);
    if (!claimed) {
      // What a load cached refuses the store; if no fault drops it, the operation has to flush it.
      const t = table(arch, false, true);
      const cpu = new UserCpu(t.machine, t.vma);
      runAlone(t.world.cells.cells, function* () {
        yield* cpu.load(4);
        yield* cpu.store(4);
      });
    }
    return drops === claimed ? null : `a fault ${drops ? 'drops' : 'keeps'} the translation it came from`;
  },
  staleRefusals(arch, claimed) {
    const { faults } = refused(arch);
    return faults === claimed
      ? null
      : `a store that a cached translation refuses ${faults ? 'faults' : 'walks'}`;
  },
  speculativeFill: (arch, claimed) =>
    leavesBehind(arch, entry(arch, { young: true })) === claimed
      ? null
      : `a translation that nobody used is ${claimed ? 'not ' : ''}cached when its entry changes`,
  negativeCaching: (arch, claimed) =>
    leavesBehind(arch, PTE_ZERO) === claimed ? null : `an empty entry is ${claimed ? 'not ' : ''}cached`,
  severalTranslations(arch, claimed) {
    const t = table(arch, true, true);
    const { tlbs, cells } = t.world;
    const cell = tlbs.word(0, t.vma.mm, t.vma.start + 4);
    const memory = initialMemory(cells.cells);
    memory[cell] = makeEntry(arch, 0x900, { young: true }).id;
    const cpu = new UserCpu(t.machine, t.vma);
    // The last alternative is to walk.
    const run = runAlone(cells.cells, () => cpu.load(4), { memory, choose: (n) => n - 1 });
    const held = tlbs.translations((c) => run.memory[c] ?? 0, 0, t.vma.mm, t.vma.start + 4).length;
    return held > 1 === claimed ? null : `a TLB that walked holds ${held} translations of the page`;
  },
  blockTranslations(arch, claimed) {
    const t = table(arch, true, true);
    const has = t.world.tlbs.blockWord(0, t.vma.mm, t.vma.start) >= 0;
    return has === claimed ? null : 'there are no contiguous blocks';
  },
  spaceTags: (arch, claimed) =>
    keepsTags(arch) === claimed
      ? null
      : `a translation ${claimed ? 'does not outlive' : 'outlives'} the load of another address space`,
  walkCaches: (arch, claimed) =>
    climbs(arch, (t) => new UserCpu(t.machine, t.vma).load(4), 0) === claimed
      ? null
      : `a walk leaves ${claimed ? 'nothing' : 'the way to the table'} in the walk cache`,
  pageFlushDropsWalkCaches(arch, claimed) {
    // Where nothing is remembered there is nothing to empty.
    if (!arch.has('walkCaches')) return claimed ? 'there are no walk caches' : null;
    const kept = climbs(arch, flushOne, 1);
    return kept !== claimed ? null : `the flush of one page ${kept ? 'keeps' : 'empties'} the walk cache`;
  },
  broadcastTlbi: flushes,
  ipiFlush: (arch, claimed) => flushes(arch, !claimed),
  // The helpers exist everywhere, so a denial cannot be tried.
  pudLeaf(arch, claimed) {
    const leaf = arch.pud.pudMkhuge(entry(arch, {}));
    return !claimed || arch.pud.pudLeaf(leaf) ? null : 'pud_mkhuge makes no leaf';
  },
  pudThp(arch, claimed) {
    const leaf = arch.pud.pudMkhuge(entry(arch, {}));
    return !claimed || arch.pud.pudTransHuge(leaf) ? null : 'pud_trans_huge does not know a leaf';
  },
  hugePfnmap(arch, claimed) {
    const leaf = arch.pmd.pmdMkspecial(arch.pmd.pmdMkhuge(entry(arch, {})));
    const works = arch.pmd.pmdSpecial(leaf) && arch.pmd.pmdLeaf(leaf);
    return !claimed || works ? null : 'a leaf cannot be marked as special';
  },
  thpMigration(arch, claimed) {
    const left = arch.swap.swpEntryToPmd(arch.swap.makeWritableMigrationEntry(0x40));
    const works = !arch.pmd.pmdPresent(left) && !arch.pmd.pmdNone(left);
    return !claimed || works ? null : 'the entry left behind counts as present, or as none';
  },
  devmap(arch, claimed) {
    const v = arch.values;
    const plain = entry(arch, {});
    const marked = v.pteMkdevmap(plain);
    if (!claimed) return marked === plain ? null : 'pte_mkdevmap changes an entry all the same';
    return v.pteDevmap(marked) && !v.pteDevmap(plain) ? null : 'pte_devmap does not see the mark';
  },
  softDirty: (arch, claimed) => marks(arch, claimed, ['pteMksoftDirty', 'pteSoftDirty', 'pteClearSoftDirty']),
  uffdWp: (arch, claimed) => marks(arch, claimed, ['pteMkuffdWp', 'pteUffdWp', 'pteClearUffdWp']),
};

/** Every capability there is. */
export const CHECKED_CAPABILITIES = Object.keys(CHECKS) as Capability[];

/** What is wrong with one claim (or denial) of a plug-in's manifest, or null. */
export function checkCapability(arch: ArchPlugin, capability: Capability): string | null {
  const claimed = arch.has(capability);
  const found = CHECKS[capability](arch, claimed);
  return found === null ? null : `${arch.id} ${claimed ? 'claims' : 'denies'} ${capability}, but ${found}`;
}
