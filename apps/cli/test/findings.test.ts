/** Where Linux itself breaks: the command and the page. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plan } from '@racewalk/conformance/matrix';
import { parseReport } from '@racewalk/conformance/schema';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { run } from './run.js';

const PAGE = fileURLToPath(new URL('../../../docs/findings.md', import.meta.url));

describe('racewalk findings', () => {
  it('prints release, place, steps and what is known, the count first and last', async () => {
    const { out, code } = await run(['findings', '--test', 'contpte/lockless-vs-half-cleared']);
    expect(code).toBe(0);
    const lines = out.trimEnd().split('\n');
    expect(lines[0]).toMatch(/^2 findings: Linux breaks in 4 cells/);
    expect(lines.at(-1)).toBe(lines[0]);
    expect(out).toContain('✗ LIVE  contpte/lockless-vs-half-cleared  linux:6.12  on arm64-contpte');
    expect(out).toContain('in arch/arm64/mm/contpte.c: contpte_ptep_get_lockless()');
    expect(out).toMatch(/known: .{20}/);
    expect(out).toContain('handler: ptep_get_lockless pte[3]');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(120);
  });

  it('prints JSON', async () => {
    const { out } = await run(['findings', '--test', 'gup/aba', '--release', '6.12', '--format', 'json']);
    const { schema, found } = JSON.parse(out);
    expect(schema).toBe('racewalk.findings/1');
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({
      test: 'gup/aba',
      variant: 'linux:6.12',
      invariant: 'TORN',
      archs: ['x86-pae'],
    });
    expect(found[0].token).toMatch(/^rw1:/);
  });

  it('says so where nothing differs', async () => {
    const { err, code } = await run(['findings', '--test', 'access-flags/set-vs-walker', '--arch', 'x86-64']);
    expect([code, err]).toEqual([2, expect.stringContaining('RACEWALK_NOTHING_TO_RUN')]);
  });
});

describe('docs/findings.md', () => {
  it('has every cell in which Linux is expected to break (npm run docs:findings rewrites it)', () => {
    const page = readFileSync(PAGE, 'utf8');
    const cells = plan(CATALOGUE.archs, CATALOGUE.scenarios, { variant: 'linux' }).cells;
    const broken = cells.filter((c) => c.expected.startsWith('violates:'));
    expect(broken.length).toBeGreaterThan(40);
    for (const c of broken) {
      const row = page.split('\n').filter((line) => line.startsWith('|') && line.includes(`\`${c.test}\``));
      const release = c.variant.slice('linux:'.length);
      const said = row.some((line) => {
        const [, code, , name, archs] = line.split('|').map((part) => part.trim());
        return c.expected.endsWith(`:${code}`) && name === release && archs?.split(', ').includes(c.arch);
      });
      expect([c.test, c.variant, c.arch, said]).toEqual([c.test, c.variant, c.arch, true]);
    }
  });
});

describe('--variant linux', () => {
  it('is the newest release that a race names, and upstream where that is the same', async () => {
    const { out } = await run([
      'explain',
      'contpte/lockless-vs-half-cleared',
      '--arch',
      'arm64-contpte',
      '--variant',
      'linux',
    ]);
    expect(out).toContain('variant linux:6.12');
    expect(out).toContain('LIVE');
  });

  it('is refused where the race does not say', async () => {
    const { err, code } = await run([
      'explain',
      'contpte/teardown-vs-walker',
      '--arch',
      'arm64-contpte',
      '--variant',
      'linux:6.12',
    ]);
    expect([code, err]).toEqual([
      2,
      expect.stringContaining('does not say what linux:6.12 does on arm64-contpte'),
    ]);
  });

  it('goes into tokens, and a token is replayed', async () => {
    const explained = await run([
      'explain',
      'gup/aba',
      '--arch',
      'x86-pae',
      '--variant',
      'linux:6.12',
      '--format',
      'json',
    ]);
    const { token, variant } = JSON.parse(explained.out);
    expect(variant).toBe('linux:6.12');
    const { out } = await run(['replay', token]);
    expect(out).toContain('linux:6.12');
    expect(out).toContain('TORN');
  });

  it('goes through shards and merge', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'racewalk-'));
    const files = [1, 2].map((part) => join(dir, `${part}.json`));
    for (const [i, file] of files.entries()) {
      const shard = ['--shard', `${i + 1}/2`, '--reporter', 'json', '--output', file];
      await run([
        'conformance',
        '--test',
        'contpte/lockless-vs-*',
        '--variant',
        'linux',
        '--arch',
        'arm64-contpte',
        ...shard,
      ]);
    }
    const { code, out } = await run(['merge', ...files, '--reporter', 'json']);
    expect(code).toBe(0);
    const cells = parseReport(out).cells.map((c) => `${c.test} ${c.variant} ${c.arch} ${c.verdict}`);
    expect(cells).toContain('contpte/lockless-vs-refill linux:6.12 arm64-contpte holds');
    expect(cells).toContain('contpte/lockless-vs-half-cleared linux:6.7+contpte-v2 arm64-contpte violates');
    rmSync(dir, { recursive: true });
  });
});
