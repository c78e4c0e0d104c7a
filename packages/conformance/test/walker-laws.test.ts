/** Faults of a walker that no helper has: the laws find them on values, without a race. */
import {
  type AccessKind,
  defineArch,
  type HardwareWalker,
  type PteWord,
  VALUE_CONTRACT,
  type WalkResult,
} from '@racewalk/core';
import { toyPlain } from '@racewalk/toys';
import { expect, test } from 'vitest';
import { tryValueLaw } from '../src/laws/values.js';

type Walk = (entry: PteWord, access: AccessKind) => WalkResult;

const { values: v, walker: right } = toyPlain;

const ok = (entry: PteWord): WalkResult => ({ ok: true, entry, cached: entry });

/** The toy with another walk; `permits` follows the entry. */
function lawOf(op: string, walk: Walk, permits: HardwareWalker['permits'] = right.permits): () => void {
  const arch = defineArch({ ...toyPlain, walker: { walk, permits } });
  const row = VALUE_CONTRACT.find((one) => one.op === op)!;
  return () => tryValueLaw(arch, row);
}

test('the walker of the toy keeps all of them', () => {
  for (const op of ['pteValid', 'pteWrite', 'pteDirty', 'pteYoung']) lawOf(op, right.walk)();
});

test('a walker that ignores the valid bit', () => {
  const walk: Walk = (entry) => ok(v.pteMkyoung(entry));
  expect(lawOf('pteValid', walk)).toThrow(/is refused by the walker/);
});

test('a walker that sets dirty without looking at the write permission', () => {
  const walk: Walk = (entry, access) =>
    access === 'store' && v.pteValid(entry)
      ? ok(v.pteMkdirty(v.pteMkyoung(entry)))
      : right.walk(entry, access);
  expect(lawOf('pteWrite', walk)).toThrow(/a walk for a store needs the write permission/);
});

test('a walker that sets dirty on a load', () => {
  const walk: Walk = (entry, access) => {
    const walked = right.walk(entry, access);
    return walked.ok && access === 'load' ? ok(v.pteMkdirty(walked.entry)) : walked;
  };
  expect(lawOf('pteYoung', walk)).toThrow(/a walk for a load changes nothing but young/);
});

test('a walker that caches what does not permit the access', () => {
  const walk: Walk = (entry, access) => {
    const walked = right.walk(entry, access);
    return walked.ok && access === 'store' ? { ...walked, cached: v.pteWrprotect(walked.cached) } : walked;
  };
  expect(lawOf('pteDirty', walk)).toThrow(/what a store has cached permits the store/);
});
