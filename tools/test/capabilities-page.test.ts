import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import * as suite from '@racewalk/conformance';
import * as base from '@racewalk/core';
import { describe, expect, it } from 'vitest';
import { capabilitiesPage, effectsOf, PAGE } from '../docs/capabilities-page.mjs';

const { plan } = suite;
const core = { ...base, ...suite };

describe('docs/capabilities.md', () => {
  it('is what is derived (npm run docs:capabilities rewrites it)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(capabilitiesPage(core, plan, CATALOGUE));
  });

  it('knows what a capability switches on', () => {
    const effects = effectsOf(plan, CATALOGUE.archs, CATALOGUE.scenarios, 'hwDirty');
    expect(effects.bites).toContain('`contpte/teardown-vs-walker` read-then-store');
    expect(effects.bitesWithout.filter((name) => effects.bites.includes(name))).toEqual([]);
    const soft = effectsOf(plan, CATALOGUE.archs, CATALOGUE.scenarios, 'softDirty');
    expect(soft.runs).toContain('`as-dirty/soft-dirty-clear-refs`');
  });
});

it('terms name no capability that does not exist twice, and no manual is left empty by all', () => {
  for (const capability of Object.keys(core.CAPABILITIES) as base.Capability[]) {
    const { arm64, x86, riscv } = core.CAPABILITY_TERMS[capability];
    expect(
      [arm64, x86, riscv].some((term) => term !== null),
      capability,
    ).toBe(true);
  }
});
