/** The README of a feature lists its races, their mutants, and what each breaks, as the code has them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { codesOf, definedAt, type Scenario } from '@racewalk/machine';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

const PACKAGES = path.resolve(import.meta.dirname, '../../../packages');
const FEATURES = readdirSync(PACKAGES).filter((name) => name.startsWith('feature-'));

/** Races that are written in a package. */
const racesOf = (feature: string): Scenario[] =>
  CATALOGUE.scenarios.filter((race) => definedAt(race)?.includes(`/${feature}/`));

const namesIn = (text = ''): string[] => [...text.matchAll(/`([a-z0-9-]+)`/g)].map(([, name = '']) => name);
const codesIn = (text = ''): string[] => [...text.matchAll(/\b[A-Z]{2,5}\b/g)].map(([code]) => code);

/** What the table says: of each race, its mutants in order with the codes beside them. */
function said(feature: string, races: readonly Scenario[]): Map<string, Map<string, string[]>> {
  const text = readFileSync(path.join(PACKAGES, feature, 'README.md'), 'utf8');
  const found = new Map<string, Map<string, string[]>>();
  let race: Map<string, string[]> | undefined;
  for (const line of text.split('\n').filter((one) => one.startsWith('|'))) {
    const [first = '', , mutants, codes] = line.split('|').slice(1, -1);
    const name = /^ `([a-z0-9/-]+)` $/.exec(first)?.[1];
    const id = races.find((one) => one.id === name || one.id.split('/')[1] === name)?.id;
    if (id !== undefined) race = found.get(id) ?? found.set(id, new Map()).get(id);
    else if (first.trim() !== '') race = undefined;
    for (const mutant of namesIn(mutants)) race?.set(mutant, codesIn(codes));
  }
  return found;
}

describe.each(FEATURES)('the README of %s', (feature) => {
  const races = racesOf(feature);
  const table = said(feature, races);

  it('has every race', () => {
    expect(races.length).toBeGreaterThan(0);
    expect([...table.keys()].sort()).toEqual(races.map(({ id }) => id).sort());
  });

  it.each(races)('has the mutants of $id, and what they break', ({ id, mutants }) => {
    const listed = table.get(id) ?? new Map<string, string[]>();
    for (const [name, mutant] of Object.entries(mutants)) {
      expect([...listed.keys()], id).toContain(name);
      for (const code of codesOf(mutant)) expect(listed.get(name), name).toContain(code);
    }
  });
});
