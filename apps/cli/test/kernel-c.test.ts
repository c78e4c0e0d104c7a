/** Races in kernel C through the command: the examples of the documents, in all variants, on every plug-in. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseReport } from '@racewalk/conformance/schema';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { run } from './run.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const EXAMPLES = 'docs/examples/c';

describe('docs/examples/c', () => {
  const files = readdirSync(`${ROOT}/${EXAMPLES}`).filter((file) => file.endsWith('.c'));

  it('has ten races', () => expect(files).toHaveLength(10));

  it.each(files)('%s comes to what it says, on every plug-in', async (file) => {
    const { code, out } = await run(['check', `${EXAMPLES}/${file}`, '--reporter', 'json'], { cwd: ROOT });
    const { cells } = parseReport(out);
    expect(cells.filter(({ asExpected }) => !asExpected)).toEqual([]);
    expect(new Set(cells.map(({ arch }) => arch)).size).toBe(CATALOGUE.archs.length);
    expect(cells.some(({ verdict }) => verdict === 'violates')).toBe(true);
    expect(code).toBe(0);
  });

  // Also on architectures whose hardware is not so: a claim that only holds in another order would be reported.
  it.each(files.flatMap((file) => (['weak', 'tso', 'sc'] as const).map((memory) => [file, memory] as const)))(
    '%s comes to what it says under --memory %s',
    async (file, memory) => {
      const args = ['check', `${EXAMPLES}/${file}`, '--memory', memory, '--reporter', 'json'];
      const { code, out } = await run(args, { cwd: ROOT });
      const report = parseReport(out);
      expect(report.problems ?? []).toEqual([]);
      expect(report.cells.filter(({ asExpected }) => !asExpected)).toEqual([]);
      expect(report.cells.some(({ verdict }) => verdict === 'violates')).toBe(true);
      expect(code).toBe(0);
    },
  );
});

describe('docs/kernel-c.md', () => {
  const page = readFileSync(`${ROOT}/docs/kernel-c.md`, 'utf8');
  const races = [...page.matchAll(/```c\n(C (\S+)\n[\s\S]*?)```/g)].map(([, text, name]) => ({ name, text }));

  it.each(races)('the race $name comes to what it says', async ({ name, text }) => {
    const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-c-'));
    try {
      writeFileSync(path.join(dir, `${name}.c`), text ?? '');
      const { code, out } = await run(['check', `${name}.c`], { cwd: dir });
      expect(out).toContain('assumed:');
      expect(code).toBe(0);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});

describe('a race that breaks', () => {
  const broken =
    'C b\n\n{ 1 page, rw, clean; }\n\nP0(struct mm_struct *mm, unsigned long addr, pte_t *ptep)\n{\n' +
    '\tpte_t pte = ptep_get(ptep);\n\tpte_clear(mm, addr, ptep);\n}\n\nP1(char __user *p)\n{\n\t*p = 1;\n}\n\nforbids DIRTY\n';

  it('shows the line of C below each step, and ends with 1', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-c-'));
    try {
      writeFileSync(path.join(dir, 'b.c'), broken);
      const { code, out } = await run(['check', 'b.c', '--arch', 'x86-64'], { cwd: dir });
      expect(out).toContain('b.c:8  pte_clear(mm, addr, ptep);');
      expect(out).toContain('b.c:13  *p = 1;');
      expect(code).toBe(1);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });

  it('with a mistake in it is one message and exit code 2', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-c-'));
    try {
      writeFileSync(path.join(dir, 'b.c'), broken.replace('pte_clear', 'pte_cleer'));
      const { code, err } = await run(['check', 'b.c'], { cwd: dir });
      expect(err).toMatch(/RACEWALK_C.*b\.c:8:2: nothing is called pte_cleer\(\)/s);
      expect(code).toBe(2);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
