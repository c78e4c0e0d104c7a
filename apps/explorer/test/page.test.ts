/** The page in a real browser. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibility, drop, type } from './helpers.js';
import { inBrowser } from './in-browser.js';
import { CHROMIUM, PATIENCE } from './site.js';

/** A press is answered at once, and drawn a little later. */
const SOON = { timeout: PATIENCE };

if (CHROMIUM === undefined) {
  console.warn(
    'chromium is not installed: the tests of the page in a browser are left out (apt-get install chromium)',
  );
}

const TWO_STEPS = 'pte = ptep_get(ptep);\n\tpte_clear(mm, addr, ptep);';
const ONE_STEP = 'pte = ptep_get_and_clear(mm, addr, ptep);';

/** A race that says it holds, and does not. */
const BROKEN = `C lost-dirty

{ 1 page, rw, clean; }

P0(struct mm_struct *mm, unsigned long addr, pte_t *ptep, spinlock_t *ptl, struct page *page)
{
\tpte_t pte;

\tspin_lock(ptl);
\t${TWO_STEPS}
\tspin_unlock(ptl);
\tif (pte_dirty(pte))
\t\tset_page_dirty(page);
}

P1(char __user *p)
{
\t*p = 1;
}

forbids DIRTY
`;

/** A race that takes minutes. */
const LONG = `C long

{ int x = 0; int y = 0; }
${[0, 1, 2, 3, 4, 5]
  .map(
    (n) =>
      `\nP${n}(int *x, int *y)\n{\n${'\tWRITE_ONCE(*x, READ_ONCE(*y) + 1);\n\tWRITE_ONCE(*y, READ_ONCE(*x));\n'.repeat(3)}}\n`,
  )
  .join('')}
forbids (x=1000)
`;

const CELL = '#/cell/reclaim%2Funmap-one/x86-64/mutant%3Adirty-before-clear';

inBrowser('the page', (site, quiet) => {
  /** The number of the step at the cursor. */
  const stepOf = async (page: Page): Promise<number> =>
    Number(await page.locator('ol [aria-current="step"]').getAttribute('data-step')) + 1;

  test('matrix: search, filter, select, open a cell', async () => {
    const page = await site.open('#/matrix');
    await page.getByRole('grid').waitFor();
    await page.getByRole('searchbox').fill('unmap-one');
    await page.getByText('1 of').waitFor();
    await page.getByRole('button', { name: 'Variants of reclaim/unmap-one' }).click();
    const cell = page.getByRole('gridcell', { name: 'x86-64: breaks DIRTY' }).first();
    await cell.click();
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('link', { name: 'Open the counterexample' }).click();
    await page.getByRole('heading', { name: 'reclaim/unmap-one' }).waitFor();
    await page.locator('[aria-current="step"]').waitFor();
    await expect.poll(() => page.locator('.th .code').textContent(), SOON).toBe('✗ DIRTY');
    quiet();
    await page.context().close();
  });

  test('counterexample: step to the violation, bits, source', async () => {
    const page = await site.open(CELL);
    await page.locator('[aria-current="step"]').waitFor();
    await page.keyboard.press('g');
    await expect.poll(() => stepOf(page), SOON).toBe(1);
    await page.keyboard.press('j');
    await expect.poll(() => stepOf(page), SOON).toBe(2);
    await page.getByRole('button', { name: 'Next switch' }).click();
    const walk = await stepOf(page);
    await page.getByText('changed', { exact: false }).first().waitFor();
    await expect.poll(() => page.locator('td.chg').count(), SOON).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.ln-s path[marker-end]').count(), SOON).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.src .hit').textContent(), SOON).toContain('yield*');
    await page.keyboard.press('x');
    await expect.poll(() => stepOf(page), SOON).toBeGreaterThan(walk);
    await page.getByText('DIRTY is broken here').first().waitFor();
    expect(await accessibility(page)).toEqual([]);
    quiet();
    await page.context().close();
  });

  test('go to: a counterexample by its words, a step by its number, a token; the map; where architectures differ', async () => {
    const page = await site.open('#/matrix');
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('z');
    await page.locator('.mg.map').waitFor();
    expect(await accessibility(page)).toEqual([]);
    await page.keyboard.press('z');
    await page.getByRole('button', { name: /^only on x86-pae/ }).click();
    await expect.poll(() => page.url(), SOON).toContain('pattern=');
    await page.keyboard.press('/');
    await page.keyboard.type('unmap-one dirty-before x86-64');
    await page.getByRole('option', { name: /unmap-one dirty-before-clear, x86-64: DIRTY/ }).waitFor();
    expect(await accessibility(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.locator('[aria-current="step"]').waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('3');
    await page.keyboard.press('Enter');
    await expect.poll(() => stepOf(page), SOON).toBe(3);
    await page.keyboard.press('/');
    await page.keyboard.type('> rw1:no such');
    await page.getByRole('option', { name: 'This token' }).waitFor();
    await page.keyboard.press('Escape');
    quiet();
    await page.context().close();
  });

  test('compare: the same schedule on two architectures', async () => {
    const page = await site.open(CELL);
    await page.locator('[aria-current="step"]').waitFor();
    await page.getByRole('combobox', { name: 'Compare' }).selectOption({ label: 'sw-dirty' });
    await page.getByText('First difference', { exact: true }).waitFor();
    await page.getByText('✓ holds here').waitFor();
    const first = await page.locator('.crow.cur').getAttribute('data-row');
    await expect.poll(() => page.locator('.crow.cur.diff').count(), SOON).toBe(1);
    await page.keyboard.press('d');
    await expect.poll(() => page.locator('.crow.cur').getAttribute('data-row'), SOON).not.toBe(first);
    expect(await accessibility(page)).toEqual([]);
    await page.reload();
    await page.getByText('First difference', { exact: true }).waitFor();
    await page.getByRole('combobox', { name: 'Compare' }).selectOption({ label: 'x86-64, upstream' });
    await page.getByText('x86-64', { exact: true }).nth(1).waitFor();
    quiet();
    await page.context().close();
  });

  test('playground: breaks, holds, shared and opened again', async () => {
    const page = await site.open('#/play', { permissions: ['clipboard-read', 'clipboard-write'] });
    const done = page.getByText(/^\d+ of \d+ cells, \d+ executions, [\d.]+ s$/);
    await type(page, BROKEN);
    await page.getByRole('button', { name: 'Run' }).click();
    await done.waitFor();
    const verdicts = page.getByRole('region', { name: 'Verdicts' });
    await verdicts.getByText('✗ DIRTY').first().waitFor();
    await expect.poll(() => verdicts.getByText('not as the file says').count(), SOON).toBeGreaterThan(0);
    await expect.poll(() => page.locator('.cm-step').textContent(), SOON).toContain('spin_unlock');
    expect(await accessibility(page)).toEqual([]);

    await page.getByRole('link', { name: 'Open the whole picture' }).click();
    await page.locator('.th .code').waitFor();
    await expect.poll(() => page.locator('.src').textContent(), SOON).toContain('pte_clear');
    const link = page.url();
    await page.goBack();
    // The text in the address is run again.
    await done.waitFor();

    await type(page, BROKEN.replace(TWO_STEPS, ONE_STEP));
    await page.getByText('the text has changed').waitFor();
    await page.keyboard.press('Control+Enter');
    await verdicts.getByText('✓ holds').nth(8).waitFor();
    await done.waitFor();
    await expect.poll(() => verdicts.getByText('✗ DIRTY').count(), SOON).toBe(0);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.getByText('link copied').waitFor();
    const shared = await page.evaluate(() => navigator.clipboard.readText());

    const other = await site.open('');
    await other.goto(shared);
    await other.getByText(/^\d+ of \d+ cells, \d+ executions, [\d.]+ s$/).waitFor();
    await expect.poll(() => other.locator('.cm-content').textContent(), SOON).toContain(ONE_STEP);
    await expect.poll(() => other.locator('.cm-content').textContent(), SOON).not.toContain('variant');
    await other.goto(link);
    await other.locator('.th .code').waitFor();
    await expect.poll(() => other.locator('.th .code').textContent(), SOON).toBe('✗ DIRTY');
    quiet();
    await Promise.all([page.context().close(), other.context().close()]);
  });

  test('playground: mistakes, an endless loop, a long run that is cancelled', async () => {
    const page = await site.open('#/play');
    const run = page.getByRole('button', { name: 'Run' });
    await type(page, BROKEN.replace('pte_clear(mm', 'pte_claer(mm'));
    await run.click();
    await page.getByRole('alert').getByText('pte_claer').first().waitFor();
    await expect.poll(() => page.locator('.cm-lintRange-error').textContent(), SOON).toBe('pte_claer');

    await type(page, BROKEN.replace(TWO_STEPS, 'for (;;) { }'));
    await run.click();
    await page
      .getByText(/loop|round/i)
      .first()
      .waitFor();
    // The page lives on.
    await type(page, LONG);
    await run.click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByText(/^Stopped:/).waitFor();
    await run.waitFor();
    quiet();
    await page.context().close();
  });

  test('a trace file that is dropped opens', async () => {
    const page = await site.open(CELL);
    await page.locator('[aria-current="step"]').waitFor();
    await page.getByText('Share', { exact: true }).click();
    const saved = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save trace (JSON)' }).click();
    const path = await (await saved).path();
    await drop(page, 'trace.json', readFileSync(path, 'utf8'));
    await page.waitForURL(/#\/file\//);
    await page.locator('[aria-current="step"]').waitFor();
    await page.getByText('Share', { exact: true }).click();
    const picture = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save picture (SVG)' }).click();
    expect(readFileSync(await (await picture).path(), 'utf8')).toMatch(/^<svg/);
    await page.getByText('Share', { exact: true }).click();
    const pixels = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save picture (PNG)' }).click();
    const png = readFileSync(await (await pixels).path());
    expect(png.subarray(1, 4).toString('latin1')).toBe('PNG');
    // Width and height of the first chunk; a picture with nothing on it would be small.
    expect([png.readUInt32BE(16), png.readUInt32BE(20)].every((n) => n > 400)).toBe(true);
    expect(png.length).toBeGreaterThan(20_000);
    quiet();
    await page.context().close();
  });

  test('a narrow screen: nothing is wider than it', async () => {
    for (const width of [360, 768]) {
      const page = await site.open('#/matrix', { viewport: { width, height: 740 }, colorScheme: 'dark' });
      for (const hash of ['#/matrix', CELL, `${CELL}?cmp=sw-dirty%20mutant%3Adirty-before-clear`, '#/play']) {
        await page.goto(site.url + hash);
        await page.locator('.mg, .tr, .cv, .pg').first().waitFor();
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        expect(wide, `${hash} at ${width}`).toBeLessThanOrEqual(width);
        expect(await accessibility(page), `${hash} at ${width}`).toEqual([]);
      }
      quiet();
      await page.context().close();
    }
  });

  test('a narrow screen: what a run comes to is in sight', async () => {
    const page = await site.open('#/play', { viewport: { width: 360, height: 640 } });
    await page.locator('.cm-content').waitFor();
    await page.evaluate(() => window.scrollTo(0, 0));
    const top = (): Promise<number> =>
      page.locator('.pr').evaluate((section) => section.getBoundingClientRect().top);
    expect(await top()).toBeGreaterThan(300);
    await page.locator('#run').click();
    await expect.poll(top, SOON).toBeLessThan(300);
    await page.locator('.vt td').first().waitFor();
    quiet();
    await page.context().close();
  });

  test('the first race of a newcomer: the link that is printed opens its picture', async () => {
    const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-link-'));
    const command = fileURLToPath(new URL('../../cli/bin/racewalk.js', import.meta.url));
    const racewalk = (...argv: string[]): string =>
      execFileSync(process.execPath, [command, ...argv], { cwd, encoding: 'utf8' });
    racewalk('init', 'mine', '--c');
    // Only here a TLB holds two translations of one page.
    const caught = ['explain', 'mine.c', '--variant', 'read-then-clear', '--arch', 'x86-64'];
    const printed = racewalk(...caught, '--format', 'link');
    rmSync(cwd, { recursive: true });
    const page = await site.open(/#\S+/.exec(printed)?.[0] ?? '');
    await page.locator('[aria-current="step"]').waitFor();
    await page.keyboard.press('x');
    await page.getByText('DIRTY is broken').first().waitFor();
    await expect.poll(() => page.getByText('1 of 2').count(), SOON).toBeGreaterThan(0);
    quiet();
    await page.context().close();
  });

  test('keyboard only: from the matrix to the violation and back', async () => {
    const page = await site.open('#/matrix');
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('f');
    await page.keyboard.type('unmap-one');
    await page.keyboard.press('Escape');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('m');
    const selected = async (): Promise<string> => {
      const labels = await page
        .locator('[aria-selected="true"]')
        .evaluateAll((all) => all.map((e) => e.ariaLabel ?? ''));
      return labels[0] ?? '';
    };
    for (let i = 0; i < 20; i++) {
      const before = await selected();
      if (before.includes('breaks DIRTY')) break;
      await page.keyboard.press('ArrowDown');
      await expect.poll(selected, SOON).not.toBe(before);
    }
    await page.keyboard.press('Enter');
    await page.locator('[aria-current="step"]').waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press(']');
    await expect.poll(() => stepOf(page), SOON).toBeGreaterThan(1);
    await page.keyboard.press('r');
    await page.keyboard.press('x');
    await page.getByText('DIRTY is broken').first().waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('1');
    await page.getByRole('grid').waitFor();
    await page.keyboard.press('t');
    await expect.poll(() => page.locator('html').getAttribute('data-theme'), SOON).toBe('dark');
    quiet();
    await page.context().close();
  });

  test('counterexample: what the fault hangs on stands out, the rest is folded', async () => {
    const page = await site.open(CELL);
    await page.locator('[aria-current="step"]').waitFor();
    await page.getByText('doomed since step 8').waitFor();
    await expect.poll(() => page.locator('.st:not(.q)').count(), SOON).toBeLessThan(8);
    await page.keyboard.press('g');
    for (const step of [5, 7, 8, 22]) {
      await page.keyboard.press('m');
      await expect.poll(() => stepOf(page), SOON).toBe(step);
    }
    await page.keyboard.press('M');
    await page.getByText('Doomed since this step').waitFor();
    await page.keyboard.press('a');
    await expect.poll(() => page.locator('.st.q').count(), SOON).toBe(0);
    quiet();
    await page.context().close();
  });

  test('playground: completes names of the kernel', async () => {
    const page = await site.open('#/play');
    const editor = page.locator('.cm-content');
    await editor.click();
    await page.keyboard.press('Control+End');
    await page.keyboard.type('ptep_get_and_cl');
    await page.locator('.cm-completionDetail', { hasText: '(mm, addr, ptep)' }).first().waitFor();
    quiet();
    await page.context().close();
  });

  test('patch: before and after, and the counterexample of what it breaks', async () => {
    const page = await site.open('#/play?file=change.patch');
    await page.getByRole('textbox', { name: 'Races to try' }).fill('reclaim/unmap-one');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Run' }).click();
    const broken = page.getByRole('button', { name: 'reclaim/unmap-one on x86-64 after the patch: ✗ DIRTY' });
    await broken.waitFor({ timeout: PATIENCE });
    await page.getByText('hold before and after').waitFor();
    await broken.click();
    await page.locator('[aria-current="step"]').waitFor();
    expect(await accessibility(page)).toEqual([]);
    quiet();
    await page.context().close();
  });
});
