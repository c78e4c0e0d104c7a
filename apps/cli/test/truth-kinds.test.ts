/** Kinds of faults in other shapes than those they were found in: on every plug-in the verdict is that of the theory. */
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { END_KINDS } from './truth/end-kinds.js';
import { TLB_KINDS } from './truth/tlb-kinds.js';
import { verdictOf } from './truth/verdict.js';

const { archs } = CATALOGUE;
const KINDS = [...TLB_KINDS, ...END_KINDS];

describe('kinds of faults', () => {
  test.each(KINDS.map((kind) => [kind.name, kind] as const))('%s', (_, { race, expected }) => {
    const found = archs.map(({ id }) => `${id}: ${verdictOf(race, id)}`);
    expect(found).toEqual(archs.map((arch) => `${arch.id}: ${expected(arch)}`));
  });

  test('each breaks and holds somewhere, but for a few that say what is right', () => {
    const outcomes = new Set(KINDS.flatMap(({ expected }) => archs.map((arch) => expected(arch))));
    expect([...outcomes].sort()).toEqual(['COH', 'LIVE', 'MISS', 'PERM', 'STALE', 'UAF', 'holds']);
    expect(new Set(KINDS.map(({ name }) => name)).size).toBe(KINDS.length);
  });
});
