/** A variant may replace a helper on values: then code that calls it by name gets the replacement, and nobody else. */
import { type PteWord, pteOr } from '@racewalk/core';
import { blockToy as toy } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { entriesOf, initialMemory, Machine, type Patch, runAlone, World } from '../src/index.js';

function machine(patch: Patch): Machine {
  const world = new World(toy, {}, [0], []);
  world.vma({ pages: 1 });
  world.binder.replace(patch as Parameters<typeof world.binder.replace>[0]);
  world.seal();
  return new Machine(world, 0, entriesOf(world));
}

const clean = toy.values.pfnPte(0x40, toy.values.mkProt({ read: true, write: true }));
const marked = (pte: PteWord): PteWord => pteOr(pte, toy.layout.dirty);

it('the replacement is found by name, and inside it the name means the helper itself', () => {
  const m = machine({ pteMkyoung: (n, pte) => marked(n.v.pteMkyoung(pte)) });
  expect(m.v.pteMkyoung(clean)).toBe(marked(toy.values.pteMkyoung(clean)));
  expect(m.v.pteMkold).toBe(toy.values.pteMkold);
});

it('helpers of huge pages are replaced by their own names', () => {
  const m = machine({ hugePteModify: (_n, pte) => pte, pmdMkclean: (_n, pmd) => pmd });
  const dirty = toy.pmd.pmdMkdirty(toy.pmd.pmdMkhuge(clean));
  expect(m.hugeValues.hugePteModify(dirty, toy.values.protNone())).toBe(dirty);
  expect(m.p.pmdMkclean(dirty)).toBe(dirty);
  expect(m.v.pteMkclean).toBe(toy.values.pteMkclean);
});

it('without a replacement the helpers are the architecture’s own object', () => {
  expect(machine({}).v).toBe(toy.values);
});

it('the hardware does not change', () => {
  const m = machine({ pteMkyoung: (_n, pte) => pte });
  const walked = m.world.walker.walk(clean, 'load');
  expect(walked.ok && toy.values.pteYoung(walked.entry)).toBe(true);
  expect(
    runAlone(m.world.cells.cells, () => m.entries.readOnce(m.world.tables[0]!.entries[0]!), {
      memory: initialMemory(m.world.cells.cells),
    }).steps,
  ).toHaveLength(1);
});
