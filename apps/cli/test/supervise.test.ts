/** Code of a user's file that ends the process, loops, or waits for ever is contained. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { silentIo } from '../src/io.js';
import { runsUserCode, supervise } from '../src/scale/supervise.js';

// Inside the repository, so that the file finds the packages.
const cwd = mkdtempSync(fileURLToPath(new URL('./tmp-', import.meta.url)));
afterAll(() => rmSync(cwd, { recursive: true }));

const entry = new URL('../dist/supervised.js', import.meta.url);
const STEP_MS = 2_000;

/** A file with one race whose agent does `run`; `top` and `setup` are done elsewhere. */
function file(name: string, { run = '', top = '', setup = '' }): string {
  const text = `
import process from 'node:process';
import { read, write } from '@racewalk/core/step';
import { defineScenario } from '@racewalk/mm';
${top}
export const race = defineScenario({
  id: 'bad/${name}', title: 't', source: 's', about: 'a', invariants: ['COH'], params: {},
  setup: (w) => { ${setup}; return { x: w.word('x') }; },
  agents: {
    one: { cpu: 0, role: 'kernel', *run(m, s) { yield* write(s.x, 1, 'x = 1'); ${run} } },
    two: { cpu: 1, role: 'kernel', *run(m, s) { yield* read(s.x, 'x'); } },
  },
  mutants: { none: { what: 'w', breaks: 'COH', why: 'w', params: { n: 1 } } },
});
`;
  writeFileSync(path.join(cwd, `${name}.mjs`), text);
  return `${name}.mjs`;
}

async function check(name: string, parts: Parameters<typeof file>[1], signal = { aborted: false }) {
  let [out, err] = ['', ''];
  const io = {
    ...silentIo(cwd),
    signal,
    out: (text: string) => {
      out += text;
    },
    err: (text: string) => {
      err += text;
    },
  };
  const argv = ['check', file(name, parts), '--arch', 'x86-64', '--variant', 'upstream'];
  const code = await supervise(argv, io, entry, STEP_MS);
  return { code, out, err };
}

describe('a file of the user', () => {
  it.each([
    ['exits', { run: 'process.exit(0);' }, /BODY_ENDED: one \(bad\/exits on x86-64.*exit code 0/],
    ['exits-first', { top: 'process.exit(0);' }, /BODY_ENDED: loading exits-first\.mjs .*exit code 0/],
    ['waits', { top: 'await new Promise(() => {});' }, /BODY_ENDED: loading waits\.mjs waits for ever/],
    ['loops', { run: 'for (;;);' }, /STEP_TIME: one \(bad\/loops on x86-64.* in 2 s/],
    ['loops-first', { top: 'for (;;);' }, /STEP_TIME: loading loops-first\.mjs/],
    ['loops-in-setup', { setup: 'for (;;)' }, /STEP_TIME: setup of bad\/loops-in-setup/],
  ])('that %s ends the command with exit code 1', async (name, parts, message) => {
    const { code, err } = await check(name, parts);
    expect([code, err]).toEqual([1, expect.stringMatching(message)]);
    expect(err).toMatch(/\nhint: /);
  });

  it.each([
    ['typo', { run: 'yield* write(s.xx, 1);' }, /BAD_CELL.*typo\.mjs:\d+:\d+/s],
    [
      'forgets',
      { run: "write(s.x, 2, 'x = 2');" },
      /FORGOTTEN_YIELD: one announces 'x = 2'.*forgets\.mjs:\d+:\d+/s,
    ],
    ['throws', { run: "throw new RangeError('what now');" }, /RangeError: what now.*throws\.mjs:\d+:\d+/s],
    ['throws-in-setup', { setup: "throw new Error('boom')" }, /Error: boom.*throws-in-setup\.mjs:\d+:\d+/s],
  ])('with a mistake (%s) is told where', async (name, parts, message) => {
    const { code, out } = await check(name, parts);
    expect([code, out]).toEqual([1, expect.stringMatching(message)]);
  });

  it('that never ends is bounded, and says who goes on', async () => {
    const { code, out } = await check('spins', { run: "for (;;) yield* read(s.x, 'spins on x');" });
    expect([code, out]).toEqual([
      3,
      expect.stringMatching(/bounded \(steps\).*one goes on and on, last at/s),
    ]);
  });

  it('is interrupted at any moment', async () => {
    const signal = { aborted: false };
    setTimeout(() => {
      signal.aborted = true;
    }, 500);
    const { code, err } = await check('interrupted', { run: 'for (;;);' }, signal);
    expect([code, err]).toEqual([
      expect.any(Number),
      expect.stringMatching(/RACEWALK_(INTERRUPTED|STEP_TIME)/),
    ]);
    expect([1, 130]).toContain(code);
  });

  it('that is right says so', async () => {
    expect(await check('right', {})).toMatchObject({ code: 0, err: '' });
  });
});

it('only commands that load files of the user run in a thread', () => {
  expect(runsUserCode(['check', 'a.mjs'])).toBe(true);
  expect(runsUserCode(['explore', 'a', '--scenarios', 'a.mjs'])).toBe(true);
  expect(runsUserCode(['explore', 'a', '--scenarios=a.mjs'])).toBe(true);
  expect(runsUserCode(['conformance', '--arch', 'x86-64'])).toBe(false);
});
