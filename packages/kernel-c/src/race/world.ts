/** From the initial state to a world, and from parameters to what an agent is given. */
import { addrOf, type Ptep, type Vma } from '@racewalk/core';
import type { Frame, World } from '@racewalk/machine';
import { type Folio, linux, PageFlag, perVmaLock } from '@racewalk/mm';
import { flagsOf, shareMember } from '../names/fields.js';
import { LockRef, SharedWord, type Value } from '../run/objects.js';
import type { CType } from '../types/ctype.js';
import { T } from '../types/ctype.js';
import type { Types } from '../types/declare.js';
import type { InitialState } from './initial.js';
import { makeShared } from './shared.js';

/** What the agents of a race share. */
export interface RaceState {
  readonly vma: Vma;
  /** The area of the second address space, if there is one. */
  readonly child: Vma | null;
  readonly folio: Folio;
  readonly globals: ReadonlyMap<string, Value>;
  /** Pages that each agent may allocate. */
  readonly spares: readonly (readonly Folio[])[];
  /** Last values of locals that a condition speaks of, by `P0:name`. */
  readonly ends: ReadonlyMap<string, SharedWord>;
}

/** What a race looks at besides its entries. */
export interface Watched {
  /** CPUs whose interrupts matter. */
  readonly follow: readonly number[];
  /** Whether what pages hold is looked at. */
  readonly contents: boolean;
  /** Locals that a condition speaks of, by `P0:name`. */
  readonly ends: readonly string[];
  /** Whether agents change `vm_flags`. */
  readonly vmFlags: boolean;
  /** Whether agents take the locks of areas. */
  readonly areaLocks: boolean;
  /** Calls in the texts that allocate a page. */
  readonly allocations: number;
  /** How many agents there are; each has a CPU. */
  readonly cpus: number;
}

/** Set the world up. */
export function setUp(
  w: World,
  { pages: given, facts, variables }: InitialState,
  types: Types,
  { follow, contents, ends, vmFlags, areaLocks, allocations, cpus }: Watched,
): RaceState {
  const { folio: makeFolio, mapFolio } = linux(w);
  for (const cpu of follow) w.contexts.track(cpu);
  // A page of hugetlbfs is a block of entries, or one entry a level up.
  const hugetlb = facts.has('hugetlb');
  const pages = hugetlb ? w.contPtes : given;
  const isBlock = hugetlb && pages > 1;
  const prot = { read: true, write: !facts.has('readonly') };
  const anonymous =
    facts.has('anon') || facts.has('exclusive') || facts.has('lazyfree') || facts.has('device-exclusive');
  const mapping = facts.has('file') ? { mapping: w.addressSpace() } : {};
  const vma = w.vma({
    pages,
    prot,
    shared: facts.has('shared') || facts.has('file'),
    ...mapping,
    ...(facts.has('huge') || (hugetlb && !isBlock) ? { level: 'pmd' as const } : {}),
    flags: {
      locked: facts.has('locked'),
      uffdWp: facts.has('uffd-wp'),
      ...(hugetlb ? { hugetlb } : {}),
      ...(isBlock ? { hugetlbEntries: pages } : {}),
    },
  });

  const flags =
    (anonymous ? PageFlag.ANON : 0) |
    (facts.has('exclusive') || facts.has('device-exclusive') ? PageFlag.EXCLUSIVE : 0) |
    (facts.has('lazyfree') ? PageFlag.LAZYFREE : 0);
  const folio = makeFolio({
    pages,
    frameFlags: flags,
    ...(facts.has('pinned') ? { refcount: pages + 1 } : {}),
    ...(contents ? { contents: Array.from({ length: pages }, () => 0) } : {}),
    ...(facts.has('empty') ? { mapcount: 0, refcount: 1 } : {}),
  });
  if (!facts.has('empty'))
    mapFolio(vma, folio, {
      write: prot.write && !facts.has('ro'),
      dirty: facts.has('dirty'),
      young: !facts.has('old'),
      folded: facts.has('folded') || isBlock,
    });
  if (facts.has('device-exclusive')) giveToDevice(w, vma, folio);
  const child = facts.has('child') ? w.vma({ mm: w.mm('child', false), pages, prot, name: 'child' }) : null;
  for (const [area, name] of [
    [vma, 'vma->vm_flags'],
    [child, 'child vma->vm_flags'],
  ] as const)
    if (vmFlags && area !== null)
      shareMember(area, 'vm_flags', new SharedWord(w.word(name, Number(flagsOf(area))), T.ulong, name));
  if (areaLocks) for (const area of child === null ? [vma] : [vma, child]) perVmaLock(w, area);
  const spare = (cpu: number, i: number): Folio =>
    makeFolio({
      name: `spare ${i} of cpu${cpu}`,
      pages: 1,
      refcount: 1,
      mapcount: 0,
      ...(contents ? { contents: [0] } : {}),
    });
  const globals = makeShared(w, variables, types, cpus);
  return {
    vma,
    child,
    folio,
    globals,
    spares: Array.from({ length: cpus }, (_, cpu) =>
      Array.from({ length: allocations }, (__, i) => spare(cpu, i)),
    ),
    ends: new Map(ends.map((key) => [key, new SharedWord(w.ghost(key, 0), T.int, key)])),
  };
}

function giveToDevice(w: World, vma: Vma, folio: Folio): void {
  const { swap } = w.arch;
  for (const frame of folio.frames) {
    const entry = swap.swpEntryToPte(swap.makeWritableDeviceExclusiveEntry(frame.pfn));
    w.setInitial(vma.table.entries[frame.index] as Ptep, entry);
  }
}

/** The number at the end of a parameter's name: which entry, which page. */
const numberOf = (name: string): number => Number(/(\d+)$/.exec(name)?.[1] ?? 0);

const ADDRESS = /(addr|address|start|haddr|vaddr|end)\d*$/;
const COUNT = /^(nr|npages|nr_pages)$/;
const STRUCTS = /^(mm_struct|vm_area_struct|page|folio|address_space|spinlock)$/;

/** Why a race cannot hand in a parameter that is none of its variables, and a way out; null if it can. */
export function missing(
  { pages, facts }: InitialState,
  name: string,
  type: CType,
): { readonly what: string; readonly hint: string } | null {
  const entry =
    type.k === 'ptr' && (type.to.k === 'pte' || (type.to.k === 'struct' && type.to.tag === 'page'));
  if (entry && numberOf(name) >= pages)
    return {
      what: `'${name}' is number ${numberOf(name)}, and the race has ${pages} ${pages === 1 ? 'page' : 'pages'}`,
      hint: `write { ${numberOf(name) + 1} pages; }, or a smaller number; the first is 0`,
    };
  if (entry) return null;
  if (type.k === 'int' && (ADDRESS.test(name) || COUNT.test(name))) return null;
  const tag = type.k === 'ptr' && type.to.k === 'struct' ? type.to.tag : '';
  if (tag === 'address_space' && !facts.has('file'))
    return {
      what: `the pages of the race are of no file, and '${name}' is one`,
      hint: 'write { 1 page, file; }',
    };
  if (STRUCTS.test(tag)) return null;
  const what = `nothing is known of the parameter '${name}'`;
  if (type.k === 'int')
    return { what, hint: 'numbers are handed in as addr, start, end or nr; set others in the code' };
  const declared = tag === '' ? `int ${name}` : `struct ${tag} ${name}`;
  return { what, hint: `declare it in the initial state: { ${declared}; }` };
}

/** The object behind a pointer parameter that is not shared data of the race: by its type and its name. */
export function argument(s: RaceState, name: string, type: CType): Value | undefined {
  const number = numberOf(name);
  const second = /^(child|dst|new)/.test(name) && s.child !== null;
  const vma = second ? (s.child as Vma) : s.vma;
  if (type.k === 'int') {
    if (/end$/.test(name)) return BigInt(addrOf(vma.end));
    if (ADDRESS.test(name)) return BigInt(addrOf(vma.start + number));
    if (COUNT.test(name)) return BigInt(vma.end - vma.start);
    return undefined;
  }
  if (type.k !== 'ptr') return undefined;
  if (type.to.k === 'pte') return vma.table.entries[number] as unknown as Value;
  if (type.to.k !== 'struct') return undefined;
  switch (type.to.tag) {
    case 'mm_struct':
      return vma.mm;
    case 'vm_area_struct':
      return vma;
    case 'page':
      return (s.folio.frames[number] as Frame | undefined) ?? undefined;
    case 'folio':
      return s.folio;
    case 'address_space':
      return vma.mapping ?? undefined;
    case 'spinlock':
      return new LockRef(vma.table.ptl);
    default:
      return undefined;
  }
}
