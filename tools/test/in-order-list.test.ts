/** What is explored in order by default: chosen by counts, and about races and plug-ins that there are. */
import { CATALOGUE } from '@racewalk/cli';
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import { inOrderOf } from '@racewalk/machine';
import { describe, expect, it } from 'vitest';
import { differences, listFile, MOST, ordersOf } from '../docs/in-order-list.mjs';
import { cellOf } from './cells.js';

const cell = (test: string, arch: string, given: Partial<ReportCell>) => cellOf(test, { arch, ...given });
const report = (...cells: ReportCell[]): ConformanceReport => ({ cells }) as never;

describe('the list of what is in order', () => {
  it('has what is cut off, and what has more executions than the suite explores', () => {
    const cut = cell('a/b', 'y', { verdict: 'bounded', asExpected: false });
    const large = cell('a/b', 'x', { executions: MOST + 1 });
    const small = cell('a/c', 'x', { executions: MOST });
    expect(ordersOf([report(cut, large, small)])).toEqual({ 'a/b': ['x', 'y'] });
    expect(listFile({ 'a/b': ['x', 'y'] })).toContain("  'a/b': 'x y',\n");
  });

  it('follows the newest report', () => {
    const large = report(cell('a/b', 'x', { executions: MOST + 1 }));
    expect(ordersOf([large, report(cell('a/b', 'x', {}))])).toEqual({});
  });

  it('differs from reports both ways, where they say something', () => {
    const found = report(cell('a/b', 'x', { executions: MOST + 1 }), cell('a/c', 'x', {}));
    expect(differences([found], { 'a/b': 'x', 'a/d': 'x' })).toEqual([]);
    expect(differences([found], { 'a/c': 'x' })).toEqual([
      'too large, and not listed: a/b x',
      'listed, and not too large: a/c x',
    ]);
  });

  it('is about plug-ins of weak order, and leaves races about the order alone', () => {
    const weak = new Set(CATALOGUE.archs.filter(({ memory }) => memory === 'weak').map(({ id }) => id));
    const listed = CATALOGUE.scenarios.filter(({ inOrderOn }) => inOrderOn !== undefined);
    expect(listed.length).toBeGreaterThan(0);
    for (const { id, inOrderOn = [], memory } of listed) {
      expect([id, inOrderOn.filter((arch) => !weak.has(arch)), memory]).toEqual([id, [], undefined]);
    }
  });

  it('decides the order of a race on a plug-in', () => {
    for (const scenario of CATALOGUE.scenarios)
      for (const arch of CATALOGUE.archs) {
        const handlers = Object.values(scenario.agents).some(({ handles }) => handles !== undefined);
        const listed = handlers || scenario.inOrderOn?.includes(arch.id) === true;
        expect(inOrderOf(scenario, arch).memory).toBe(listed ? 'sc' : arch.memory);
      }
  });
});
