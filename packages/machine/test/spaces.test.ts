/** What a CPU has loaded can be changed only where a race follows it. */
import { loadSpace, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { exchangeToy } from '@racewalk/toys';
import { expect, it } from 'vitest';

it('a root is loaded only where somebody follows it, and the error says what is missing', () => {
  const w = new World(exchangeToy(), { block: 1 }, [0], []);
  w.vma({ pages: 1 });
  w.seal();
  const m = new Machine(w, 0, wordEntries(w));
  const load = () => runAlone(w.cells.cells, () => loadSpace(m, null, 1));
  expect(load).toThrow('on cpu0, whose address spaces nobody follows');
  expect(load).toThrow(expect.objectContaining({ expected: expect.stringContaining('world.follow()') }));
});
