/** What judges and explains a plug-in says what it saw: cells that do not apply, words without bits, places, tags, instances. */
import {
  type ArchPlugin,
  type Cydp,
  type Mm,
  PTE_ZERO,
  type Ptep,
  type PteWord,
  type Vaddr,
  type Vma,
} from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { lateDirty, ToyOps, toyArch, toyPlain } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { sideBySide } from '../src/explain/bits.js';
import { conformance } from '../src/index.js';
import { placeText, sourcePlace } from '../src/matrix/replay/source-places.js';
import { checkFactory } from '../src/suite/factory.js';
import { keepsTags } from '../src/suite/tags.js';
import { recordingRunner } from './recording-runner.js';
import { blocksOnly, zapVsStore } from './toy-races.js';

it('cells that do not apply are skipped with their reason, and nothing else is', () => {
  const { runner, tests } = recordingRunner();
  conformance({ runner, plugin: toyPlain, scenarios: [zapVsStore, blocksOnly] });
  const skipped = tests.filter(({ title }) => /: not-applicable \(skipped: needs contPte/.test(title));
  expect(skipped.length).toBeGreaterThan(0);
  for (const { body, reason } of skipped) expect([body, reason]).toEqual([null, expect.stringMatching(/\S/)]);
  const cells = tests.filter(({ title }) => /toy\/zap-vs-store \S+: (holds|violates)/.test(title));
  expect(cells.length).toBeGreaterThan(0);
  expect(cells.every(({ body }) => body !== null)).toBe(true);
});

it('entries that have no bit are told in one line each, without a table of nothing', () => {
  const lines = sideBySide(toyArch(), [
    ['before', PTE_ZERO],
    ['after', PTE_ZERO],
  ]);
  expect(lines).toHaveLength(2);
  expect(lines.join('\n')).not.toMatch(/bits|field/);
});

it('a place has its column', () => {
  const { stack } = new Error('here');
  const place = sourcePlace(stack);
  expect(place?.column).toBeGreaterThan(1);
  expect(placeText(stack)).toBe(` (${place?.file}:${place?.line}:${place?.column})`);
  expect(placeText(undefined)).toBe('');
});

it('a TLB that writes dirty state back late keeps no tags', () => {
  expect(lateDirty.walker.late).toBeDefined();
  expect(keepsTags(lateDirty)).toBe(false);
});

describe('two instances of a plug-in', () => {
  /** The second instance does something else. */
  const makes = (Other: typeof ToyOps) => {
    let made = 0;
    return (): ArchPlugin => {
      made++;
      const Ops = made === 1 ? ToyOps : Other;
      return toyArch({ ops: (m) => new Ops(m) });
    };
  };

  it('that are alike pass', () => {
    expect(() => checkFactory(makes(ToyOps))).not.toThrow();
  });

  it('are told apart by the dirty state of one entry', () => {
    class Looks extends ToyOps {
      override *ptepGetAndClear(mm: Mm, addr: Vaddr, ptep: Ptep): Step<PteWord> {
        const pte = yield* super.ptepGetAndClear(mm, addr, ptep);
        if (this.m.v.pteDirty(pte)) yield* this.m.entries.readOnce(ptep);
        return pte;
      }
    }
    expect(() => checkFactory(makes(Looks))).toThrow('does not behave the same twice');
  });

  it('are told apart by what they do with the young flag', () => {
    class Forgets extends ToyOps {
      override *clearYoungDirtyPtes(vma: Vma, addr: Vaddr, ptep: Ptep, nr: number, flags: Cydp): Step<void> {
        yield* super.clearYoungDirtyPtes(vma, addr, ptep, nr, { ...flags, young: false });
      }
    }
    expect(() => checkFactory(makes(Forgets))).toThrow('does not behave the same twice');
  });
});
