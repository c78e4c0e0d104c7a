import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldEvents } from '../src/index.js';
import { linesOf } from '../src/print/view.js';
import { type Draft, ev, makeTrace } from './make.js';
import { crowd, dekker, hostile, machineWords, quiet, staleTlb, teardown } from './traces.js';

const get = (i: number, text = '→ clean', agent = 0): Draft => ev(agent, 'read', `ptep_get pte[${i}]`, text);

function shown(drafts: readonly Draft[], faultStep: number | null = null): string[] {
  const fault = faultStep === null ? null : { code: 'X', message: '', step: faultStep };
  return foldEvents(makeTrace(drafts, { fault })).map(
    (row) => `${row.first + 1} ${linesOf(row).join(' | ')}`,
  );
}

describe('foldEvents', () => {
  it('folds consecutive entries, upwards and downwards, and keeps the first number', () => {
    expect(shown([0, 1, 2, 3].map((i) => get(i)))).toEqual(['1 ptep_get pte[0..3]  → clean']);
    expect(shown([3, 2, 1].map((i) => get(i)))).toEqual(['1 ptep_get pte[3..1]  → clean']);
    expect(shown([ev(0, 'fence', 'dsb', ''), get(0), get(1), ev(0, 'fence', 'isb', '')])).toEqual([
      '1 dsb',
      '2 ptep_get pte[0..1]  → clean',
      '4 isb',
    ]);
  });
  it('folds frame numbers that move along', () => {
    const drafts = [0, 1, 2].map((i) => get(i, `→ 0x4${i} rw at 0x9`));
    expect(shown(drafts)).toEqual(['1 ptep_get pte[0..2]  → 0x40..0x42 rw at 0x9']);
  });
  it('stops where the outcome, the agent or the direction changes, or an index leaps', () => {
    expect(shown([get(0), get(1, '→ dirty'), get(2)])).toHaveLength(3);
    expect(shown([get(0), get(1, '→ clean', 1), get(2)])).toHaveLength(3);
    expect(shown([get(0), get(1), get(0)])).toEqual([
      '1 ptep_get pte[0..1]  → clean',
      '3 ptep_get pte[0]  → clean',
    ]);
    expect(shown([get(0), get(2), get(4)])).toHaveLength(3);
    expect(shown([ev(0, 'write', 'store 0x1000', ''), ev(0, 'write', 'store 0x2000', '')])).toHaveLength(2);
  });
  it('counts what is simply repeated', () => {
    expect(shown([1, 1, 1].map(() => ev(0, 'retry', 'cpu_relax', '')))).toEqual(['1 cpu_relax ×3']);
  });
  it('folds a loop whose body has several steps', () => {
    const body = [0, 1, 2, 3].flatMap((i) => [
      get(i),
      ev(0, 'write', `copy pte[${i}] to pte[${i + 8}] of pte[5]`, ''),
    ]);
    expect(shown(body)).toEqual([
      '1 for i = 0..3: |   ptep_get pte[i]  → clean |   copy pte[i] to pte[i+8] of pte[5]',
    ]);
    expect(shown(body.slice(0, 4))).toHaveLength(4);
    expect(shown(body.slice(0, 7))).toHaveLength(2);
  });
  it('gives the step of the fault a row of its own', () => {
    const drafts = [0, 1, 2, 3, 4].map((i) => get(i));
    const rows = [
      '1 ptep_get pte[0..1]  → clean',
      '3 ptep_get pte[2]  → clean',
      '4 ptep_get pte[3..4]  → clean',
    ];
    expect(shown(drafts, 2)).toEqual(rows);
  });
  it('names a step without label by what it touched', () => {
    expect(shown([ev(0, 'xchg', '', '', 'pte[0]: a => none')])).toEqual(['1 xchg pte[0]  = none']);
  });
  it('makes one row an event when asked for all', () => {
    for (const trace of [teardown, crowd, machineWords]) {
      expect(foldEvents(trace, true).map((row) => row.first)).toEqual(
        trace.events.map((event) => event.index),
      );
    }
  });

  const draft = fc
    .tuple(fc.nat(1), fc.constantFrom('get', 'set'), fc.nat(3), fc.constantFrom('', '→ x'))
    .map(([agent, op, i, text]) => ev(agent, 'read', `${op} pte[${i}]`, text));
  it('covers every event exactly once, in order, never mixing agents', () => {
    fc.assert(
      fc.property(fc.array(draft, { maxLength: 30 }), fc.nat(40), (drafts, step) => {
        const fault = step < drafts.length ? { code: 'X', message: '', step } : null;
        const trace = makeTrace(drafts, { fault });
        let next = 0;
        for (const row of foldEvents(trace)) {
          expect(row.first).toBe(next);
          next += row.count;
          const agents = trace.events.slice(row.first, next).map((event) => event.agent);
          expect(new Set(agents)).toEqual(new Set([row.agent]));
          expect(row.fault).toBe(fault?.step === row.first);
          if (row.fault) expect(row.count).toBe(1);
        }
        expect(next).toBe(drafts.length);
        if (fault) expect(foldEvents(trace).some((row) => row.fault)).toBe(true);
      }),
    );
  });
  it('does so for every trace of these tests', () => {
    for (const trace of [crowd, dekker, hostile, machineWords, quiet, staleTlb, teardown]) {
      const rows = foldEvents(trace);
      expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(trace.events.length);
    }
  });
});

describe('what a row says', () => {
  const one = (draft: Draft) => shown([draft])[0];
  it('shortens a change to the words that differ', () => {
    const walk = ev(0, 'walk', 'walk pte[1]', 'all of it', 'pte[1]: 0x41 rw clean => 0x41 rw dirty');
    expect(one(walk)).toBe('1 walk pte[1]  clean → dirty (hardware)');
    expect(one({ ...walk, on: ['pte[0]'] })).toBe('1 walk pte[1]  pte[1]: clean → dirty (hardware)');
    expect(one(ev(0, 'update', 'f', 'all of it', 'pte[1]: 0x41 rw => 0x41 rw cont'))).toBe('1 f  + cont');
    expect(one(ev(0, 'update', 'f', 'all of it', 'pte[1]: 0x41 rw => none'))).toBe('1 f  all of it');
  });
  it.each(['→ 0x40 rw clean', '0x40 rw → none', 'a → b → c', '= none', 'a b → a b', 'x: y'])(
    'leaves %j alone',
    (text) => {
      expect(one(ev(0, 'atomic', 'f', text))).toBe(`1 f  ${text}`);
    },
  );
  it('speaks for a plug-in that says nothing', () => {
    expect(one(ev(0, 'read', 'ptep_get', '', 'pte[0]: rw'))).toBe('1 ptep_get  pte[0] → rw');
    expect(one(ev(0, 'write', 'set pte[0]', '', 'pte[0]: rw clean => rw dirty'))).toBe(
      '1 set pte[0]  clean → dirty',
    );
    expect(one({ ...ev(0, 'choose', 'which', ''), choice: 2 })).toBe('1 which  → 2');
    expect(one(ev(0, 'lock', 'lock ptl', '', 'ptl: 0 => 1'))).toBe('1 lock ptl');
  });
});
