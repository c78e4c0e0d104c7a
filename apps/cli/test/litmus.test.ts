/** `racewalk litmus`, with tests of `packages/litmus` and some that are written here. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { main, silentIo } from '../src/index.js';

const TESTS = fileURLToPath(new URL('../../../packages/litmus/test/tests', import.meta.url));
let folder = '';

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'racewalk-litmus-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const put = (name: string, text: string): string => {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
};

async function litmus(...argv: string[]) {
  let [out, err] = ['', ''];
  const io = {
    ...silentIo(folder),
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  return { code: await main(['litmus', ...argv], io), out, err };
}

describe('racewalk litmus', () => {
  it('prints the form of herd7', async () => {
    const { code, out } = await litmus(`${TESTS}/arm/load-buffering.litmus`, '--memory', 'tso');
    expect(code).toBe(0);
    expect(out).toBe(
      [
        'Test load-buffering Allowed',
        'States 3',
        '0:X0=0; 1:X0=0;',
        '0:X0=0; 1:X0=1;',
        '0:X0=1; 1:X0=0;',
        'No',
        'Witnesses',
        'Positive: 0 Negative: 3',
        'Condition exists (0:X0=1 /\\ 1:X0=1)',
        'Observation load-buffering Never 0 3',
        '\n',
      ].join('\n'),
    );
  });

  it('takes folders and patterns', async () => {
    const all = await litmus(`${TESTS}/riscv`);
    const some = await litmus(`${TESTS}/ri*/fence-*.litmus`);
    expect(all.out.match(/^Test /gm)?.length).toBeGreaterThan(3);
    expect(some.out.match(/^Test .*/gm)).toEqual(['Test fence-tso Allowed']);
  });

  it('says what is outside, with its place, and runs the other files', async () => {
    const bad = put(
      'bad.litmus',
      'AArch64 bad\n{ 0:X1=x; }\n P0 ;\n STR W0,[X1] ;\n CASP X0,X1,X2,X3,[X1] ;\nexists (x=0)\n',
    );
    const { code, out, err } = await litmus(bad, `${TESTS}/arm/pair.litmus`);
    expect(code).toBe(2);
    expect(err).toContain('RACEWALK_LITMUS: bad.litmus:5:2: `CASP X0,X1,X2,X3,[X1]` is outside the subset');
    expect(out).toContain('Test pair Allowed');
  });

  it('compares with a table', async () => {
    const states = ['1:X0=0; 1:X2=0;', '1:X2=1; 1:X0=1;', '1:X0=1; 1:X2=0;', '1:X0=2; 1:X2=0;'];
    const table = put(
      't.json',
      JSON.stringify([
        { name: 'message', states },
        { name: 'pair', states: null },
      ]),
    );
    const { code, out } = await litmus(
      `${TESTS}/arm/message.litmus`,
      `${TESTS}/arm/pair.litmus`,
      '--against',
      table,
    );
    const sum = '1 compared: sound 0 (0.0 %), exact 0 (0.0 %), 1 not compared';
    expect(out.split('\n')[0]).toBe(sum);
    expect(out.trimEnd().split('\n').at(-1)).toBe(sum);
    expect(out).toContain('unsound  missing 1  extra 1      message');
    expect(out).toContain('missing 1:X0=2; 1:X2=0');
    expect(out).toContain('extra   1:X0=0; 1:X2=1');
    expect(code).toBe(1);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
  });

  it.each([
    ['sc', ['0:r0=0; 1:r0=1; [x]=1;', '0:r0=1; 1:r0=0; [x]=1;', '0:r0=1; 1:r0=1; [x]=1;']],
    [
      'tso',
      [
        '0:r0=0; 1:r0=0; [x]=1;',
        '0:r0=0; 1:r0=1; [x]=1;',
        '0:r0=1; 1:r0=0; [x]=1;',
        '0:r0=1; 1:r0=1; [x]=1;',
      ],
    ],
  ])('runs kernel C on a plug-in: %s', async (memory, states) => {
    const { code, out } = await litmus(`${TESTS}/c/store-buffers.litmus`, '--memory', memory);
    expect(code).toBe(0);
    expect(out.match(/^\d.*;$/gm)).toEqual(states);
    expect(out).toContain(`Observation store-buffers ${memory === 'sc' ? 'Never 0 3' : 'Sometimes 1 3'}`);
  });

  it('reads filters and pointers of kernel C', async () => {
    const { out } = await litmus(`${TESTS}/c/pointer.litmus`, '--memory', 'sc');
    expect(out).toContain('States 1\n1:r0=y; 1:r1=1;\nOk\n');
  });

  it('asks of kernel C only that no state is outside', async () => {
    const states = ['0:r0=1; 1:r0=1; [x]=1;', '0:r0=1; 1:r0=0; [x]=1;'];
    const table = put('c.json', JSON.stringify([{ name: 'store-buffers', states }]));
    const few = await litmus(`${TESTS}/c/store-buffers.litmus`, '--memory', 'sc', '--against', table);
    expect(few.code).toBe(1);
    expect(few.out).toContain('beyond   missing 0  extra 1      store-buffers');
    const more = [...states, '0:r0=0; 1:r0=1; [x]=1;', '0:r0=7; 1:r0=7; [x]=1;'];
    const wide = put('c.json', JSON.stringify([{ name: 'store-buffers', states: more }]));
    const all = await litmus(`${TESTS}/c/store-buffers.litmus`, '--memory', 'sc', '--against', wide);
    expect(all.code).toBe(0);
    expect(all.out.split('\n')[0]).toBe('1 compared: within 1 (100.0 %)');
  });

  it('says that a search was bounded', async () => {
    const { code, out } = await litmus(`${TESTS}/arm/message.litmus`, '--states', '10');
    expect(code).toBe(3);
    expect(out).toContain('Flag Bounded: 10 states of threads');
  });

  it.each([
    ['{}', 'is not a list'],
    ['[{"name":"a"}]', 'entry 0 has no list of states'],
    ['[', 'is not JSON'],
  ])('refuses a table like %s', async (text, message) => {
    const { code, err } = await litmus(`${TESTS}/arm/pair.litmus`, '--against', put('bad.json', text));
    expect(err).toContain('RACEWALK_LITMUS_TABLE');
    expect(err).toContain(message);
    expect(code).toBe(2);
  });
});
