/** The nightly run under the weak order fails on what is not on docs/weak-order.md. */
import { readFileSync } from 'node:fs';
import { CATALOGUE } from '@racewalk/cli';
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import { describe, expect, it } from 'vitest';
import { differing, PAGE, surprises, weakPage } from '../docs/weak-page.mjs';
import { cellOf } from './cells.js';

const report = (...cells: ReportCell[]): ConformanceReport =>
  ({ archs: [{ id: 'arm64-contpte' }], cells, summary: { cells: cells.length, notApplicable: 0 } }) as never;
const broken = cellOf('a/b', { verdict: 'violates', invariant: 'UAF', asExpected: false });

describe('docs/weak-order.md', () => {
  it('lists what differs, and nothing else', () => {
    const bounded = cellOf('a/d', { verdict: 'bounded', asExpected: false });
    expect(differing(report(broken, cellOf('a/c', {}), bounded))).toEqual([
      '| `a/b` | `upstream` | arm64-contpte | holds | violates:UAF |',
    ]);
  });

  it('is no surprise to the report that it was made of, nor to one that was cut off', () => {
    expect(surprises(report(broken), weakPage(report(broken)))).toEqual([]);
    const cut = cellOf('a/b', { verdict: 'bounded', asExpected: false });
    expect(surprises(report(cut), weakPage(report(broken)))).toEqual([]);
  });

  it('is one if a cell breaks that is not listed, breaks something else, or holds again', () => {
    expect(surprises(report(broken), weakPage(report()))).toHaveLength(1);
    const other = cellOf('a/b', { verdict: 'violates', invariant: 'LIVE', asExpected: false });
    expect(surprises(report(other), weakPage(report(broken)))).toHaveLength(1);
    expect(surprises(report(cellOf('a/b', {})), weakPage(report(broken)))).toHaveLength(1);
    expect(surprises({ ...report(), problems: ['x'] }, weakPage(report()))).toEqual(['x']);
  });

  it('names races and plug-ins that there are', () => {
    const rows = [...readFileSync(PAGE, 'utf8').matchAll(/^\| `([^`]+)` \| `[^`]+` \| ([\w-]+) \|/gm)];
    expect(rows.length > 0 || readFileSync(PAGE, 'utf8').includes('None differs.')).toBe(true);
    for (const [, test, arch] of rows) {
      expect(CATALOGUE.scenarios.map(({ id }) => id)).toContain(test);
      expect(CATALOGUE.archs.map(({ id }) => id)).toContain(arch);
    }
  });
});
