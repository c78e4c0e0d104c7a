/** `racewalk laws`, and what `conformance` says of a plug-in that is not what it claims to be. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseReport } from '@racewalk/conformance/schema';
import { toyArch, toySoft, toyValues } from '@racewalk/toys';
import { afterAll, describe, expect, it } from 'vitest';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-laws-'));
afterAll(() => rmSync(cwd, { recursive: true }));

const given: Record<string, unknown> = {};
(globalThis as Record<string, unknown>).racewalkTestLaws = given;

/** A file that exports a plug-in made here: outside the repository nothing can import core. */
function file(name: string, plugin: unknown): string {
  given[name] = plugin;
  writeFileSync(path.join(cwd, `${name}.mjs`), `export default globalThis.racewalkTestLaws['${name}'];\n`);
  return `./${name}.mjs`;
}

const good = file('good', toyArch({ id: 'good' }));
const old = file('old', toyArch({ id: 'old', values: { ...toyValues, pteMkold: (pte) => pte } }));
const silent = file('silent', toyArch({ id: 'silent', omits: [], walker: toySoft.walker }));
const RACE = ['--test', 'reclaim/unmap-one', '--variant', 'upstream'];

describe('laws', () => {
  it('hold for a plug-in that keeps them', async () => {
    const { code, out, err } = await run(['laws', '--arch', good, '--runs', '5'], { cwd });
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/^good: \d+ claims and laws: \d+ hold, \d+ not applicable\n$/);
  });

  it('are explained where one does not hold', async () => {
    const { code, out } = await run(['laws', '--arch', old, '--runs', '20'], { cwd });
    expect(code).toBe(1);
    expect(out).toContain('laws > PTE pte_mkold: forgets accesses\n‼ old pteMkold (pte_mkold)');
    expect(out).toMatch(/ {2}A +1 +1 {4}accessed\n/);
    expect(out).toContain('pteYoung(after) = true; it hangs on A (bit 2)');
    expect(out).toMatch(/old: \d+ claims and laws: \d+ hold, \d+ FAIL/);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  });

  it('refuse what is no number of trials', async () => {
    expect(await run(['laws', '--runs', 'many'], { cwd })).toMatchObject({ code: 2 });
  });
});

describe('a run with a plug-in that claims too much and omits nothing', () => {
  it('fails, and says so above everything that is not modelled', async () => {
    const { code, out } = await run(['conformance', '--arch', silent, ...RACE], { cwd });
    expect(code).toBe(1);
    expect(out).toContain('‼ silent claims hwDirty, but a walk for a store ends in a permission fault');
    expect(out).toContain('‼ silent omits nothing, so it says');
    const all = await run(['conformance', '--arch', silent, ...RACE, '--all'], { cwd });
    expect(all.out).toMatch(/\n {2}silent: nothing, so it says itself\n/);
    expect(all.out).toMatch(/\n {2}silent, by its parts: store buffers/);
    expect(out).toMatch(/· 2 FAULTs of the suite/);
  });

  it('has that in every kind of report', async () => {
    const as = async (name: string) =>
      (await run(['conformance', '--arch', silent, ...RACE, '--reporter', name], { cwd })).out;
    const report = parseReport(await as('json'));
    expect(report.problems).toHaveLength(2);
    expect(report.archs[0]?.notModelled).not.toHaveLength(0);
    const markdown = await as('markdown');
    expect(markdown).toContain('silent claims hwDirty');
    expect(markdown).toContain('- `silent`: **nothing, so it says itself**');
    const junit = await as('junit');
    expect(junit).toMatch(/<property name="notModelled" value="store buffers/);
    expect(junit).toMatch(/<testsuite name="racewalk itself" tests="2" failures="2"/);
    expect(junit).toMatch(/<failure message="silent omits nothing/);
  });
});
