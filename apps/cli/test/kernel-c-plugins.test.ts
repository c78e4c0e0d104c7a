/**
 * The same operations in C on the other plug-ins that they fit: those without blocks of entries and without split ones,
 * which need bodies of their own. A tree has these; racewalk check --tree runs them.
 */
import { loadC } from '@racewalk/kernel-c';
import { beforeAll, describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { RACES, sameVerdict } from './c/in-place.js';

const ARCHS = ['loongarch64', 'loongarch64-ptw', 'sw-dirty', 'sw-access-dirty'];

/** Plug-ins that the text does not fit, and why. */
const LEFT: Readonly<Record<string, string>> = {
  'x86-64': 'in kernel-c-operations.test.ts',
  'soft-dirty-x86-64': 'x86-64 with other start states of bits: the same bodies and the same races',
  'x86-pae': 'entries are stored in halves',
  'arm64-contpte': 'blocks of entries',
  'arm64-contpte-sw': 'blocks of entries',
  riscv64: 'blocks of entries (NAPOT)',
  'riscv64-svade': 'blocks of entries (NAPOT)',
};

beforeAll(() => loadC());

it('every plug-in is here, or left out with a reason', () => {
  expect([...ARCHS, ...Object.keys(LEFT)].sort()).toEqual(CATALOGUE.archs.map(({ id }) => id).sort());
});

describe.each(ARCHS)('operations in C on %s', (arch) => {
  it.each(RACES)('%s has the same verdict', async (_id, race) => {
    await sameVerdict(race, arch);
  });
});
