/**
 * A small page table in an arbitrary legal state, built twice: as it is, and as it logically is.
 */
import {
  type ArchPlugin,
  blockOf,
  type InvariantCode,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  ptepOf,
  type Vma,
} from '@racewalk/core';
import { entriesOf, Machine, World } from '@racewalk/machine';
import fc from 'fast-check';
import { makeEntry } from './entries.js';

/** Entries in a block of the model, blocks in the table. */
export const BLOCK = 4;
export const BLOCKS = 3;
export const PAGES = BLOCK * BLOCKS;

/** One block. `partial`: folded, and some entries already cleared, as a teardown leaves it on its way. */
export interface BlockSpec {
  readonly kind: 'folded' | 'unfolded' | 'partial';
  readonly write: boolean;
  readonly wrprotected: boolean;
  readonly dirty: readonly boolean[];
  readonly young: readonly boolean[];
  /** Entries that `partial` has lost. */
  readonly cleared: readonly boolean[];
}

/** The whole table, and what the entries in `hole` hold instead. */
export interface TableSpec {
  readonly blocks: readonly BlockSpec[];
  readonly hole?: { readonly from: number; readonly nr: number; readonly holds: 'nothing' | 'swap' };
}

/** A world with one area, one table and one machine. */
export interface TestWorld {
  readonly arch: ArchPlugin;
  readonly world: World;
  readonly vma: Vma;
  readonly machine: Machine;
  at(index: number): Ptep;
  /** Frame that page `index` of the area maps. */
  pfn(index: number): number;
}

const four = fc.array(fc.boolean(), { minLength: BLOCK, maxLength: BLOCK });

/** Any block; `partial` only where asked for. */
export function anyBlock(partial: boolean): fc.Arbitrary<BlockSpec> {
  // The simplest first: counterexamples shrink towards it.
  const kinds: BlockSpec['kind'][] = partial ? ['unfolded', 'folded', 'partial'] : ['unfolded', 'folded'];
  return fc.record({
    kind: fc.constantFrom(...kinds),
    write: fc.boolean(),
    wrprotected: fc.boolean(),
    dirty: four,
    young: four,
    cleared: four,
  });
}

/** Any table. */
export function anyTable(partial: boolean): fc.Arbitrary<TableSpec> {
  const blocks = fc.array(anyBlock(partial), { minLength: BLOCKS, maxLength: BLOCKS });
  return blocks.map((b) => ({ blocks: b }));
}

function inHole({ hole }: TableSpec, index: number): boolean {
  return hole !== undefined && index >= hole.from && index < hole.from + hole.nr;
}

/** A block with a hole cannot be folded: making the hole unfolds it. */
function kindOf(spec: TableSpec, block: number): BlockSpec['kind'] {
  for (let i = 0; i < BLOCK; i++) if (inHole(spec, block * BLOCK + i)) return 'unfolded';
  return spec.blocks[block]?.kind ?? 'unfolded';
}

/**
 * The value at `index`. `logical`: what the entry means rather than what it holds, that is, unfolded, and
 * with young and dirty of its whole block, because there the hardware may set them in any entry.
 */
function valueAt(arch: ArchPlugin, spec: TableSpec, pfn: number, index: number, logical: boolean): PteWord {
  const block = Math.floor(index / BLOCK);
  const b = spec.blocks[block];
  if (b === undefined) return PTE_ZERO;
  if (inHole(spec, index)) {
    return spec.hole?.holds === 'swap' ? arch.swap.swpEntryToPte({ type: 1, offset: 16 + index }) : PTE_ZERO;
  }
  const kind = arch.has('contPte') ? kindOf(spec, block) : 'unfolded';
  const i = index % BLOCK;
  const gone = (k: number) => kind === 'partial' && b.cleared[k] === true;
  if (gone(i)) return PTE_ZERO;
  const gathered = (flags: readonly boolean[]) => flags.some((flag, k) => flag && !gone(k));
  const folded = kind !== 'unfolded';
  return makeEntry(arch, pfn, {
    write: b.write && !b.wrprotected,
    wrprotected: b.wrprotected,
    dirty: logical && folded ? gathered(b.dirty) : b.dirty[i] === true,
    young: logical && folded ? gathered(b.young) : b.young[i] === true,
    cont: folded && !logical,
  });
}

/** Build the table: as it is, or (`logical`) as it is meant. */
export function buildTable(
  arch: ArchPlugin,
  spec: TableSpec,
  logical: boolean,
  invariants: readonly InvariantCode[] = [],
): TestWorld {
  const world = new World(arch, { block: BLOCK }, [0], invariants);
  // Entries of any kind, with frames that nobody made.
  const vma = world.vma({ pages: PAGES, flags: { pfnmap: true } });
  // Two blocks of one run and one of another, so that batches may cross a block but not a run.
  const runs = [2 * BLOCK, BLOCK].map((pages) => world.frames.add({ pages }));
  const frames = runs.flatMap((run) => run.frames);
  const pfn = (index: number) => frames[index]?.pfn ?? 0;
  for (let i = 0; i < PAGES; i++) {
    world.setInitial(ptepOf(vma, vma.start + i), valueAt(arch, spec, pfn(i), i, logical));
  }
  world.seal();
  const entries = entriesOf(world);
  const machine = new Machine(world, 0, entries);
  return { arch, world, vma, machine, at: (index) => ptepOf(vma, vma.start + index), pfn };
}

/** What an entry means: see `valueAt`; swap entries and empty ones mean themselves. */
export interface LogicalEntry {
  /** The entry without young, dirty and the contiguous mark. */
  readonly identity: PteWord;
  readonly young: boolean;
  readonly dirty: boolean;
}

/** A value that was read or returned. */
export function logicalValue(arch: ArchPlugin, pte: PteWord): LogicalEntry {
  const v = arch.values;
  if (!v.ptePresent(pte)) return { identity: pte, young: false, dirty: false };
  const identity = v.pteMkclean(v.pteMkold(v.pteMknoncont(pte)));
  return { identity, young: v.pteYoung(pte), dirty: v.pteDirty(pte) };
}

/** A table as it is left behind. */
export interface TableView {
  readonly entries: readonly LogicalEntry[];
  /** For each entry, whether its block is folded. */
  readonly folded: readonly boolean[];
  /** A block whose valid entries are not all marked alike, in words, or null. */
  readonly mixed: string | null;
}

/** What the entries mean, in memory `mem`. */
export function viewTable(t: TestWorld, mem: Int32Array): TableView {
  const v = t.arch.values;
  const read = (ptep: Ptep) => t.world.entryIn((cell) => mem[cell] ?? 0, ptep);
  let mixed: string | null = null;
  const rows = t.vma.table.entries.map((ptep) => {
    const own = read(ptep);
    const plain = logicalValue(t.arch, own);
    const block = blockOf(ptep, t.world.contPtes).map(read).filter(v.pteValid);
    if (v.pteValid(own) && block.some((pte) => v.pteCont(pte) !== v.pteCont(own))) {
      mixed ??= `the block of ${ptep.name} is folded in part`;
    }
    if (!v.pteValid(own) || !v.pteCont(own)) return { entry: plain, folded: false };
    return {
      entry: { ...plain, young: block.some(v.pteYoung), dirty: block.some(v.pteDirty) },
      folded: true,
    };
  });
  return { entries: rows.map((r) => r.entry), folded: rows.map((r) => r.folded), mixed };
}

/** The entries of a table, young and dirty as they are for the whole block of each. */
export function gathered(entries: readonly LogicalEntry[]): LogicalEntry[] {
  return entries.map((entry, i) => {
    const from = i - (i % BLOCK);
    const block = entries.slice(from, from + BLOCK);
    return { ...entry, young: block.some((e) => e.young), dirty: block.some((e) => e.dirty) };
  });
}
