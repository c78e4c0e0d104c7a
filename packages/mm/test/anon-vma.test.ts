import type { Vma } from '@racewalk/core';
import { type Step, write } from '@racewalk/core/step';
import { Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { type AnonVmaSpec, type Folio, followAnonVmas, linux } from '@racewalk/mm';
import { exchangeToy } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { anonVmasOf, wordOf } from '../src/rmap/anon-vma-state.js';

const NAMES = ['first', 'one', 'two', 'three', 'threeB', 'fourA', 'fourB', 'fiveA', 'fiveB'] as const;

type Of = (name: string) => Vma;

function family(spec: (vma: Of, page: Folio) => Partial<AnonVmaSpec> = () => ({})) {
  const w = new World(exchangeToy(), { block: 1 }, [0], ['RMAP', 'UAF']);
  const page = linux(w).folio({ pages: 1 });
  const areas = new Map(NAMES.map((name) => [name as string, w.vma({ pages: 1, name, mm: w.mm(name) })]));
  const vma = (name: string): Vma => areas.get(name) as Vma;
  linux(w).mapFolio(vma('fiveB'), page);
  const [root, ...rest] = NAMES;
  followAnonVmas(w, {
    anonVmas: [['root', null]],
    spare: 6,
    areas: [{ vma: vma(root), own: 'root', chain: ['root'] }, ...rest.map((name) => ({ vma: vma(name) }))],
    folios: [[page, 'root']],
    ...spec(vma, page),
  });
  w.seal();
  return { w, m: new Machine(w, 0, wordEntries(w)), vma, page };
}

it('four forks and exits leave one that lists areas and is the own one of none', () => {
  const { w, m, vma } = family();
  const { memory } = runAlone(w.cells.cells, function* (): Step<void> {
    const forks = (child: string, parent: string) => m.k.anonVmaFork(vma(child), vma(parent));
    yield* forks('one', 'first');
    yield* m.k.unlinkAnonVmas(vma('first'));
    yield* forks('two', 'one');
    yield* m.k.unlinkAnonVmas(vma('one'));
    yield* forks('three', 'two');
    yield* m.k.unlinkAnonVmas(vma('two'));
    // __split_vma: the new area begins with the anon_vma of the old one.
    const { own } = anonVmasOf(m);
    yield* write(wordOf(own, vma('threeB')), 2, 'vm_area_dup');
    yield* m.k.anonVmaClone(vma('threeB'), vma('three'));
    yield* forks('fourA', 'three');
    yield* forks('fourB', 'threeB');
    yield* forks('fiveA', 'three');
    yield* forks('fiveB', 'threeB');
    for (const gone of ['fourA', 'fourB', 'three', 'threeB']) yield* m.k.unlinkAnonVmas(vma(gone));
  });
  const { all, chain, own } = anonVmasOf(m);
  const at = (cell: number) => memory[cell] ?? 0;
  const counts = all.map((a) => [at(a.refcount), at(a.numChildren), at(a.numActiveVmas)]);
  // The root, the one that was taken over, the one that is left, that of the fourth (free), those of the two areas.
  expect(counts.slice(0, 6)).toEqual([
    [1, 2, 0],
    [1, 3, 0],
    [1, 0, 0],
    [0, 0, 0],
    [1, 0, 1],
    [1, 0, 1],
  ]);
  expect(['fiveA', 'fiveB'].map((name) => at(wordOf(own, vma(name))))).toEqual([5, 6]);
  expect(['fiveA', 'fiveB'].map((name) => at(wordOf(chain, vma(name))))).toEqual([0b010111, 0b100111]);
});

it('a merge of areas that are listed by different ones is RMAP, and a walk from what is free UAF', () => {
  const { w, m, vma, page } = family((of, folio) => ({
    anonVmas: [
      ['root', null],
      ['b', 'root'],
    ],
    areas: [
      { vma: of('fiveA'), own: 'root', chain: ['root'] },
      { vma: of('fiveB'), own: 'root', chain: ['root', 'b'] },
    ],
    folios: [[folio, 'b']],
  }));
  const { faults } = runAlone(w.cells.cells, function* (): Step<void> {
    yield* m.k.vmaMerge(vma('fiveA'), vma('fiveB'));
    yield* m.k.folioLockAnonVmaRead(page);
  });
  expect(faults.map(({ code }) => code)).toEqual(['RMAP', 'UAF']);
});

it('an area that nobody has told of is an error', () => {
  const { m, vma } = family((of) => ({ areas: [{ vma: of('first'), own: 'root', chain: ['root'] }] }));
  expect(() => wordOf(anonVmasOf(m).own, vma('one'))).toThrow('one has no anon_vma');
});
