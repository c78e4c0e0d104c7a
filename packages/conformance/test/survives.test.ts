/** A plug-in says that it survives a mutant: printed, and it has to be so. */
import { toyArch, toySoft } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { plan, reportOf, runSuite } from '../src/matrix/index.js';
import { zapVsStore } from './toy-races.js';

const why = 'the operation does more here than the mutant counts on';
const saying = (mutant: string, test = 'toy/zap-vs-store') => toyArch({ survives: [{ test, mutant, why }] });

describe('survives', () => {
  it('makes a mutant expected to hold, with the plug-in’s reason, and no problem of the suite', () => {
    const { cells, problems } = plan([saying('no-flush')], [zapVsStore]);
    const cell = cells.find(({ variant }) => variant === 'mutant:no-flush');
    expect([cell?.expected, cell?.reason]).toEqual(['holds', `toy says: ${why}`]);
    expect(problems).toEqual([]);
  });

  it('fails where the mutant is caught', async () => {
    const planned = plan([saying('no-flush')], [zapVsStore]);
    const report = reportOf(await runSuite(planned), { cpus: 1 } as Parameters<typeof reportOf>[1]);
    const cell = report.cells.find(({ variant }) => variant === 'mutant:no-flush');
    expect([cell?.verdict, cell?.asExpected]).toEqual(['violates', false]);
    expect(report.archs[0]?.survives).toEqual([{ test: 'toy/zap-vs-store', mutant: 'no-flush', why }]);
  });

  it('is a problem where there is nothing to survive', () => {
    const [race, nowhere] = [saying('not-there'), saying('no-flush', 'toy/elsewhere')];
    expect(plan([race], [zapVsStore]).problems.join()).toContain('the race has no such mutant');
    // Races that were not given are not judged.
    expect(plan([nowhere], [zapVsStore]).problems).toEqual([]);
    const soft = { ...toySoft, survives: [{ test: 'toy/zap-vs-store', mutant: 'read-then-clear', why }] };
    expect(plan([soft, toyArch()], [zapVsStore]).problems.join()).toContain('expected to be holds anyway');
  });

  it('needs three texts, and a reason that is one', () => {
    expect(() => toyArch({ survives: [{ test: 'a/b', mutant: 'c', why: 'short' }] })).toThrow(
      /gives no reason/,
    );
    expect(() => toyArch({ survives: [{ test: 'a/b' } as never] })).toThrow(/incomplete/);
  });
});
