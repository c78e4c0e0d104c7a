/** A cell whose parameters were fixed is the same cell in another thread. */
import { keyOf } from '@racewalk/conformance/matrix';
import { expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { createContext } from '../src/context.js';
import { silentIo } from '../src/io.js';
import { lookupIn } from '../src/scale/modules.js';

it('a worker finds a cell by its reference, parameters included', () => {
  const lookup = lookupIn(createContext(silentIo('.'), CATALOGUE));
  const ref = { test: 'contpte/teardown-vs-walker', arch: 'arm64-contpte', variant: 'upstream' };
  const params = { block: 8 };
  const [plain, fixed] = [lookup(ref), lookup({ ...ref, params })];
  expect(plain.params).toBe(undefined);
  expect(fixed.sizes.every((size) => size.block === 8)).toBe(true);
  expect([keyOf(plain), keyOf(fixed)]).toEqual([keyOf(ref), `${keyOf(ref)} block=8`]);
  expect(() => lookup({ ...ref, arch: 'none', params })).toThrow(/no cell .* block=8 is known here/);
});

it('a worker expects of a cell what is expected in the order that was asked for', () => {
  const lookup = lookupIn(createContext(silentIo('.'), CATALOGUE));
  const ref = { test: 'switch/mask-before-load', arch: 'riscv64', variant: 'mutant:no-barrier' };
  expect(lookup(ref).expected).toBe('violates:UAF');
  expect(lookup(ref, 'sc').expected).toBe('holds');
});
