/** When the tags are used up: what CPUs use is reserved, across a second time as well; the others are free, and all flush. */
import type { Step } from '@racewalk/core/step';
import { Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { followMms, linux } from '@racewalk/mm';
import { expect, it } from 'vitest';
import { onePage } from '../src/setup.js';
import { broadcasting } from './toys.js';

it('the tags that CPUs use are reserved, and those that they had reserved', () => {
  const w = new World(broadcasting, { block: 1 }, [0, 1], []);
  linux(w);
  const spaces = followMms(w, {});
  const [one, two] = [onePage(w, 'one'), onePage(w, 'two')];
  const tags = [spaces.starts(0, one.mm), spaces.starts(1, two.mm)];
  w.seal();
  const word = (name: string) => w.cells.cells.findIndex((cell) => cell.name === name);
  const m = new Machine(w, 0, wordEntries(w));
  const flush = (memory?: Int32Array) =>
    runAlone(w.cells.cells, (): Step<void> => m.k.flushContext(), memory === undefined ? {} : { memory })
      .memory;
  const bits = tags.reduce((mask, tag) => mask | (1 << tag), 0);
  const first = flush();
  const reserved = [0, 1].map((cpu) => first[word(`cpu${cpu}.reserved_asids`)]);
  expect(first[word('asid_map')]).toBe(bits);
  expect(reserved).toEqual([0, 1].map((cpu) => w.cells.cells[word(`cpu${cpu}.active_asids`)]?.initial));
  expect([0, 1].map((cpu) => first[word(`cpu${cpu}.active_asids`)])).toEqual([0, 0]);
  expect(first[word('tlb_flush_pending')]).toBe(3);
  // Nobody has switched: what was reserved stays so.
  const second = flush(first);
  expect(second[word('asid_map')]).toBe(bits);
  expect([0, 1].map((cpu) => second[word(`cpu${cpu}.reserved_asids`)])).toEqual(reserved);
});
