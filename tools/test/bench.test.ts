import process from 'node:process';
import { afterEach, describe, expect, it } from 'vitest';
import { chart } from '../bench/chart.mjs';
import { objections } from '../bench/check.mjs';
import { cold, supports, warm } from '../bench/measure.mjs';
import { grouped, rate, short } from '../bench/numbers.mjs';
import { page } from '../bench/page.mjs';
import { MISSING, runPeers } from '../bench/peers/run.mjs';
import { parsePan, runSpin, versions } from '../bench/peers/spin.mjs';
import { allWrong, newReport, toJson } from '../bench/report.mjs';
import { ROWS, type Row, within } from '../bench/rows.mjs';
import { markdown, OWN_HEAD, ownLine, PEER_HEAD, peerLines } from '../bench/table.mjs';

const row = (model: string): Row => {
  const found = ROWS.find((candidate) => candidate.model === model);
  if (found === undefined) throw new Error(`no row ${model}`);
  return found;
};

const SPIN_RUN = {
  reduction: 'full' as const,
  errors: 0,
  states: 3808,
  transitions: 10_736,
  megabytes: 5.2,
  bytesPerState: null,
  generateSeconds: 0.1,
  compileSeconds: 0.7,
  searchSeconds: 0.2,
  wrong: '',
};

/** A report as a run of two models would make it. */
async function report() {
  const made = newReport();
  for (const model of ['T2(4,2)', 'F(4)']) {
    const { family, size } = row(model);
    const measured = await warm(await row(model).program(), 'dpor', 0.01);
    const entry = { ...measured, cold: { cpuSeconds: 0.2, wallSeconds: 0.1, megabytes: 60 } };
    made.entries.push({ model, family, size, strategy: 'dpor', measured: entry, wrong: '' });
  }
  const { family, size } = row('T2(4,2)');
  const entries = [{ model: 'T2(4,2)', family, size, runs: [SPIN_RUN] }];
  made.peers = { spin: '6.5.2', gcc: '12.2.0', entries };
  return made;
}

describe('the rows', () => {
  it('have names of their own, and counts wherever they are run quickly', () => {
    expect(new Set(ROWS.map(({ model }) => model)).size).toBe(ROWS.length);
    for (const { dpor, executions, spin } of ROWS) {
      if (dpor !== null) expect(executions).toBeGreaterThan(0);
      if (spin !== null) expect(spin.transitions).toBeGreaterThan(spin.states);
    }
  });

  it.each(ROWS.filter(({ dpor }) => within(dpor, 'quick')))('$model is counted right', async (it) => {
    for (const strategy of ['dpor', 'stateful'] as const) {
      if (!supports(strategy)) continue;
      const measured = await warm(await it.program(), strategy, 0.001);
      expect(objections(it, strategy, measured)).toBe('');
    }
  });

  it('T2(8,3) is counted right by a process of its own', () => {
    const measured = cold(row('T2(8,3)'), 'dpor');
    expect(measured).toMatchObject({ verdict: 'exhausted', executions: 324_472, blocked: 0, states: null });
    expect(measured.cold.megabytes).toBeGreaterThan(10);
    expect(measured.cold.cpuSeconds).toBeGreaterThan(0);
  });

  it('builds the races from the catalogue', async () => {
    for (const race of ROWS.filter(({ family }) => family === 'race')) {
      expect((await race.program()).threads.length).toBeGreaterThan(1);
    }
  });
});

describe('the check', () => {
  const right = {
    verdict: 'exhausted',
    executions: 494,
    blocked: 0,
    steps: 1,
    states: null,
    bytesPerState: null,
  };

  it('objects to fewer, to more, to redundant and to unfinished runs', () => {
    const it = row('T2(4,2)');
    expect(objections(it, 'dpor', right)).toBe('');
    expect(objections(it, 'dpor', { ...right, executions: 493 })).toBe('493 executions instead of 494');
    expect(objections(it, 'dpor', { ...right, executions: 495 })).toBe('495 executions instead of 494');
    expect(objections(it, 'dpor', { ...right, blocked: 1 })).toBe('1 blocked instead of 0');
    expect(objections(it, 'dpor', { ...right, verdict: 'bounded' })).toBe(
      'verdict bounded instead of exhausted',
    );
    expect(objections(row('F(6)'), 'stateful', { ...right, states: 18_730 })).toBe(
      '18730 states instead of 18731',
    );
  });
});

describe('the report', () => {
  it('says what was measured, where and when', async () => {
    const made = await report();
    expect(made).toMatchObject({ schema: 'racewalk.bench/1', node: process.version });
    expect(Date.parse(made.date)).not.toBeNaN();
    expect(JSON.parse(toJson(made))).toEqual(made);
    expect(toJson(made)).toContain('"size": [4, 2],');
    expect(allWrong(made)).toEqual([]);
    const [first] = made.entries;
    if (first !== undefined) first.wrong = '1 execution too many';
    expect(allWrong(made)).toEqual(['T2(4,2) dpor: 1 execution too many']);
  });

  it('becomes tables with as many cells in every line as in the head', async () => {
    const made = await report();
    for (const entry of made.entries) expect(ownLine(entry)).toHaveLength(OWN_HEAD.length);
    const lines = (made.peers?.entries ?? []).flatMap((peer) => peerLines(peer, made.entries));
    expect(lines).toEqual([
      ['T2(4,2)', 'full', '3\u202f808', '10\u202f736', '0.800', '0.200', '19.0 k', '', '5', '5.00×', ''],
    ]);
    expect(markdown(PEER_HEAD, lines).split('\n')).toHaveLength(3);
  });

  it('becomes a chart that names every line', async () => {
    const drawn = chart(await report());
    expect(drawn).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" viewBox="0 0 800 /);
    for (const name of ['dpor', 'Spin search', 'Spin + gcc']) expect(drawn).toContain(name);
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
    expect(chart(newReport())).not.toMatch(/NaN|undefined|Infinity/);
  });

  it('becomes a page', async () => {
    const made = await report();
    expect(page(made)).toContain('| T2(4,2) | dpor | 494 | 0 |');
    expect(page(made)).toContain('Spin 6.5.2, gcc 12.2.0');
    expect(page({ ...made, peers: null })).toContain('Spin was not installed');
    expect(page(made)).not.toMatch(/NaN|undefined/);
  });

  it('writes numbers for people', () => {
    expect([grouped(1234567), grouped(12), rate(1_250_000), rate(999), short(0.0123)]).toEqual([
      '1\u202f234\u202f567',
      '12',
      '1.25 M',
      '999',
      '0.012',
    ]);
  });
});

describe('Spin', () => {
  const { PATH } = process.env;
  afterEach(() => {
    process.env.PATH = PATH;
  });

  it('is skipped with a reason where it is not installed', () => {
    process.env.PATH = '/nowhere';
    expect(versions()).toBeNull();
    expect(runPeers('quick', [], () => undefined)).toBeNull();
    expect(MISSING).toContain('apt-get install spin gcc');
  });

  it('finds the pinned numbers of states and transitions where it is', () => {
    const { spin } = row('F(4)');
    if (versions() === null || spin === null) return;
    expect(runSpin(spin, 'full')).toMatchObject({ errors: 0, states: 299, transitions: 701, wrong: '' });
    const off = runSpin({ ...spin, states: 300 }, 'full');
    expect(off.wrong).toBe('299 states instead of 300');
  });

  it('is read as it writes', () => {
    const text = `State-vector 56 byte, depth reached 301, errors: 0
 27777055 states, stored
 90511505 states, matched
1.1828856e+08 transitions (= stored+matched)
 1685.000	actual memory usage for states
  256.000	memory used for hash table (-w25)
 1956.086	total actual memory usage
`;
    expect(parsePan(text)).toMatchObject({ errors: 0, states: 27_777_055, transitions: 118_288_560 });
    expect(parsePan(text).bytesPerState).toBeCloseTo(73.27, 1);
    expect(() => parsePan('error: max search depth too small')).toThrow('cut off');
    expect(() => parsePan('Segmentation fault')).toThrow('not in the output of pan');
  });
});
