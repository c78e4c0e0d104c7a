import { INVARIANTS } from '@racewalk/core';
import { expect, test } from 'vitest';
import { ENTRIES, entryOf, isDecided } from '../src/index.js';

test('an entry is found by id and by name', () => {
  expect(entryOf('A4')?.name).toBe('arm64-setaccess-vs-dbm');
  expect(entryOf('arm64-setaccess-vs-dbm')?.id).toBe('A4');
  expect(entryOf('Z1')).toBe(null);
});

test('an entry is decided, or says what is missing', () => {
  for (const entry of ENTRIES)
    expect([entry.id, isDecided(entry) || entry.open !== undefined]).toEqual([entry.id, true]);
});

test('codes are those of the observers', () => {
  const known = Object.keys(INVARIANTS);
  for (const { breaks } of ENTRIES) for (const code of breaks) expect(known).toContain(code);
});
