/** `anon_vma`s of a race: what an anonymous page leads to, and what lists the areas that may map it. (include/linux/rmap.h) */
import { RacewalkError, type Vma } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Machine, World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { listWord } from '../words.js';

/** @kernel struct anon_vma */
export interface AnonVma {
  readonly name: string;
  /** Older ones come first, as in the list of an area. */
  readonly index: number;
  /** 0 once it is free. */
  readonly refcount: Cell;
  /** 1 + index of the one it was forked from; a root is its own. */
  readonly parent: Cell;
  /** @kernel anon_vma::num_children */
  readonly numChildren: Cell;
  /** Areas whose `anon_vma` it is. @kernel anon_vma::num_active_vmas */
  readonly numActiveVmas: Cell;
}

/** What the areas and pages of a race lead to at the start, by name. */
export interface AnonVmaSpec {
  /** Oldest first; each with the one it was forked from, null for a root. */
  readonly anonVmas: readonly (readonly [name: string, parent: string | null])[];
  /** How many `anon_vma_alloc` may give away. */
  readonly spare?: number;
  /** Areas: which `anon_vma` new pages get, and all that list the area. An area without either is one that fork makes. */
  readonly areas: readonly { readonly vma: Vma; readonly own?: string; readonly chain?: readonly string[] }[];
  /** Pages, and the `anon_vma` each leads to. @kernel folio::mapping */
  readonly folios: readonly (readonly [folio: Folio, anonVma: string])[];
}

/** What a world keeps of them. */
export interface AnonVmas {
  readonly all: readonly AnonVma[];
  /** `anon_vma_lock_write` of the root; all of a race have one root. */
  readonly lock: Cell;
  /** How many of `all` are given away. */
  readonly used: Cell;
  /** 1 + index of `vma->anon_vma`; 0 without one. */
  readonly own: ReadonlyMap<Vma, Cell>;
  /** `vma->anon_vma_chain`, a bit for each. */
  readonly chain: ReadonlyMap<Vma, Cell>;
  /** 1 + index of the area that has taken over the addresses of this one. */
  readonly within: ReadonlyMap<Vma, Cell>;
  readonly areas: readonly Vma[];
  /** 1 + index of what `folio->mapping` leads to. */
  readonly mapping: ReadonlyMap<Folio, Cell>;
}

interface AnonVmaState {
  anonVmas?: AnonVmas;
}

declare module '@racewalk/machine/kernel' {
  interface OsState extends AnonVmaState {}
}

/**
 * From here on walks of the reverse map go by the `anon_vma` of a page, and visit the areas it lists; without this call they visit
 * all. Called by `setup`, after the areas and pages; `RACEWALK_BAD_SCENARIO` for a name that is not in `anonVmas`.
 */
export function followAnonVmas(w: World, { anonVmas, areas, folios, spare = 0 }: AnonVmaSpec): AnonVmas {
  const at = (name: string): number => {
    const i = anonVmas.findIndex(([known]) => known === name);
    if (i >= 0) return i;
    throw new RacewalkError('RACEWALK_BAD_SCENARIO', `there is no anon_vma ${name}`, {
      expected: `one of ${anonVmas.map(([known]) => known).join(', ')}`,
    });
  };
  const names = [...anonVmas.map(([name]) => name), ...Array.from({ length: spare }, (_, i) => `new${i}`)];
  const show = (x: number) => names[x - 1] ?? 'none';
  const all = names.map((name, index): AnonVma => {
    const parent = anonVmas[index]?.[1] ?? name;
    const children = anonVmas.filter(([child, of]) => (of ?? child) === name).length;
    const active = areas.filter(({ own }) => own === name).length;
    const known = index < anonVmas.length;
    return {
      name,
      index,
      refcount: w.word(`${name}.refcount`, known ? 1 : 0),
      parent: w.word(`${name}.parent`, known ? at(parent) + 1 : 0, show),
      numChildren: w.word(`${name}.num_children`, known ? children : 0),
      numActiveVmas: w.word(`${name}.num_active_vmas`, known ? active : 0),
    };
  });
  const within = (x: number) => areas[x - 1]?.vma.table.name ?? 'itself';
  const bits = (chain: readonly string[] = []) => chain.reduce((word, name) => word | (1 << at(name)), 0);
  const words = <T>(word: (area: AnonVmaSpec['areas'][number], name: string) => T) =>
    new Map(areas.map((area) => [area.vma, word(area, area.vma.table.name)] as const));
  w.os.anonVmas = {
    all,
    lock: w.lock('anon_vma'),
    used: w.word('anon_vmas', anonVmas.length),
    own: words(({ own }, name) => w.word(`${name}.anon_vma`, own === undefined ? 0 : at(own) + 1, show)),
    chain: words(({ chain }, name) => listWord(w, `${name}.anon_vma_chain`, names, bits(chain))),
    within: words((_area, name) => w.word(`${name} is part of`, 0, within)),
    areas: areas.map(({ vma }) => vma),
    mapping: new Map(folios.map(([f, name]) => [f, w.word(`${f.name}.mapping`, at(name) + 1, show)])),
  };
  return w.os.anonVmas;
}

/** The state; `RACEWALK_BAD_SCENARIO` where `setup` did not call {@link followAnonVmas}. */
export function anonVmasOf(m: Machine): AnonVmas {
  const { anonVmas } = m.world.os;
  if (anonVmas !== undefined) return anonVmas;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', 'this race has no anon_vma', {
    expected: 'followAnonVmas(world, { anonVmas, areas, folios }) in the setup',
  });
}

/** A word of an area or page that {@link followAnonVmas} was told of. */
export function wordOf<K extends Vma | Folio>(words: ReadonlyMap<K, Cell>, of: K): Cell {
  const cell = words.get(of);
  if (cell !== undefined) return cell;
  throw new RacewalkError(
    'RACEWALK_BAD_SCENARIO',
    `${'table' in of ? of.table.name : of.name} has no anon_vma`,
    {
      expected: 'all areas and pages of the race in followAnonVmas',
    },
  );
}
