/** The page in a real browser. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHROMIUM, PATIENCE, type Site, startSite } from './site.js';

if (CHROMIUM === undefined) {
  console.warn(
    'chromium is not installed: the tests of the page in a browser are left out (apt-get install chromium)',
  );
}

const CELL = '#/cell/reclaim%2Funmap-one/x86-64/mutant%3Adirty-before-clear';

describe.skipIf(CHROMIUM === undefined)('the page', { timeout: 2 * PATIENCE }, () => {
  let site: Site;
  beforeAll(async () => {
    site = await startSite();
  }, 3 * PATIENCE);
  afterAll(async () => {
    await site?.close();
  });

  /** What a view must never do, whatever a test asks of it: script errors, requests to others, violated policies. */
  const quiet = (): void => expect(site.problems.splice(0)).toEqual([]);

  /** Faults that axe finds. */
  async function accessibility(page: Page): Promise<string[]> {
    // The policy of the page forbids inline scripts; the debugger may run them all the same.
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() =>
      (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
        runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
      }),
    );
    return violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 3)
          .map((node) => node.html.slice(0, 160))
          .join(' | ')}`,
    );
  }

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
    expect(await page.locator('.th .code').textContent()).toBe('✗ DIRTY');
    quiet();
    await page.context().close();
  });

  test('counterexample: step to the violation, bits, source', async () => {
    const page = await site.open(CELL);
    await page.locator('[aria-current="step"]').waitFor();
    await page.keyboard.press('g');
    expect(await stepOf(page)).toBe(1);
    await page.keyboard.press('j');
    expect(await stepOf(page)).toBe(2);
    await page.getByRole('button', { name: 'Next switch' }).click();
    const walk = await stepOf(page);
    await page.getByText('changed', { exact: false }).first().waitFor();
    expect(await page.locator('td.chg').count()).toBeGreaterThan(0);
    expect(await page.locator('.ln-s path[marker-end]').count()).toBeGreaterThan(0);
    expect(await page.locator('.src .hit').textContent()).toContain('yield*');
    await page.keyboard.press('x');
    expect(await stepOf(page)).toBeGreaterThan(walk);
    await page.getByText('DIRTY is broken here').first().waitFor();
    expect(await accessibility(page)).toEqual([]);
    quiet();
    await page.context().close();
  });
});
