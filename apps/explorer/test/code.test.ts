/** Races that are modules: run in a sandbox, and what the page loads before it needs it. */

import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { accessibility, type } from './helpers.js';
import { inBrowser } from './in-browser.js';
import { PATIENCE } from './site.js';

const EDITOR = 'Race in TypeScript';
const EXAMPLES = join(import.meta.dirname, '../../../docs/examples/ts');
const RACE = readFileSync(join(EXAMPLES, 'lost-dirty.ts'), 'utf8');
const TAB = '#/play?file=race.ts';
const DONE = /^\d+ of \d+ cells, \d+ executions, [\d.]+ s$/;
/** Bytes of compressed script before the editor and the parser of C are loaded. */
const SCRIPT = 300_000;

inBrowser('code in the page', (site, quiet) => {
  const run = (page: Page): Promise<void> => page.getByRole('button', { name: 'Run' }).click();

  test('a race in TypeScript: verdicts, counterexample, lines, link', async () => {
    const page = await site.open(TAB);
    await type(page, RACE, EDITOR);
    await run(page);
    await page.getByText(DONE).waitFor();
    const verdicts = page.getByRole('region', { name: 'Verdicts' });
    expect(await verdicts.getByText('✓ holds').count()).toBeGreaterThan(10);
    expect(await verdicts.getByText('✗ DIRTY').count()).toBeGreaterThan(4);
    expect(await verdicts.getByText('not as the file says').count()).toBe(0);
    await verdicts.getByText('✗ DIRTY').first().click();
    // The line of the step is marked in the editor.
    await page.locator('.cm-step').waitFor();
    expect(await accessibility(page)).toEqual([]);
    await page.getByRole('link', { name: 'Open the whole picture' }).click();
    await page.locator('.th .code').waitFor();
    expect(await page.locator('.src').textContent()).toContain('yield*');
    const link = page.url();
    const other = await site.open('');
    await other.goto(link);
    await other.locator('.th .code').waitFor();
    expect(await other.locator('.th .code').textContent()).toBe('✗ DIRTY');
    quiet();
    await Promise.all([page.context().close(), other.context().close()]);
  });

  test('every example holds what it says', async () => {
    for (const file of readdirSync(EXAMPLES).filter((name) => name.endsWith('.ts'))) {
      const page = await site.open(TAB);
      await page.getByRole('combobox', { name: 'Example' }).selectOption(file);
      await run(page);
      await page.getByText(DONE).waitFor();
      const verdicts = page.getByRole('region', { name: 'Verdicts' });
      expect(await verdicts.getByText('✗').count(), file).toBeGreaterThan(0);
      expect(await verdicts.getByText('not as the file says').count(), file).toBe(0);
      quiet();
      await page.context().close();
    }
  });

  test('mistakes have a code and a place', async () => {
    const page = await site.open(TAB);
    for (const [text, said, place] of [
      ['export const x: = 1;', 'Unexpected token', 'race.ts:1:17'],
      ['export const x = ;', 'Unexpected token', 'race.ts:1:18'],
      ['// Once.\nlet a = 1;\nlet a = 2;\n', 'already been declared', 'race.ts:3:5'],
      ["import { ptepOff } from '@racewalk/core';\nptepOff();", 'did you mean ptepOf?', 'race.ts:1:10'],
      ["import { World } from '@racewalk/core';\nnew World();", "from '@racewalk/machine'", 'race.ts:1:10'],
      ["import fs from 'node:fs';\nfs.rmSync('/');", "no module 'node:fs'", 'race.ts:1:16'],
      [
        "export { x } from 'https://example.org/x.js';",
        "no module 'https://example.org/x.js'",
        'race.ts:1:19',
      ],
      ['export const x = 1;', 'RACEWALK_NO_SCENARIO', 'race.ts exports no scenario'],
      ['// Mine.\n// Thrown.\nthrow new Error("mine");', 'Error: mine', 'race.ts:3:7'],
      [
        RACE.replace('yield* m.pte.ptepGetAndClear', 'm.pte.ptepGetAndClear'),
        'RACEWALK_FORGOTTEN_YIELD',
        ':27:',
      ],
      [RACE.replace("'DIRTY'],", "'DIRTTY'],"), 'DIRTTY', 'DIRTTY'],
      [RACE.replace('return { vma', 'nothing(); return { vma'), 'nothing is not defined', 'race.ts:'],
    ] as const) {
      await type(page, text, EDITOR);
      await run(page);
      const result = page.getByRole('region', { name: 'Result' });
      // The text before may have been refused with the same words.
      await expect.poll(() => result.textContent(), { timeout: PATIENCE }).toContain(said);
      await expect.poll(() => result.textContent(), { timeout: PATIENCE }).toContain(place);
    }
    quiet();
    await page.context().close();
  });

  test('the policy of the sandbox: no host, no evaluation of strings', async () => {
    const page = await site.open(TAB);
    let asked = 0;
    const other = createServer((_, response) => {
      asked += 1;
      response.writeHead(200, { 'Access-Control-Allow-Origin': '*' }).end('');
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as AddressInfo;
    for (const [code, said] of [
      ["await fetch('OTHER/?secret')", /Failed to fetch|Content Security Policy/],
      ["await fetch('SITE/data/matrix.json')", /Failed to fetch|Content Security Policy/],
      ["await import('OTHER/x.js')", /Failed to fetch|Content Security Policy/],
      ["eval('1')", /unsafe-eval|Evaluating a string/],
      ["new Function('return 1')()", /unsafe-eval|Evaluating a string/],
    ] as const) {
      await type(
        page,
        `${RACE}\n${code.replace('SITE', site.url).replace('OTHER', `http://127.0.0.1:${port}`)};\n`,
        EDITOR,
      );
      await run(page);
      await page.getByRole('alert').getByText(said).first().waitFor();
    }
    other.close();
    expect(asked).toBe(0);
    // Chromium reports each to the console, and nothing else.
    const reports = site.problems.splice(0);
    expect(reports.filter((one) => !/Content Security Policy/.test(one))).toEqual([]);
    await page.context().close();
  });

  test('an endless loop is ended, and the page lives on', { timeout: 4 * PATIENCE }, async () => {
    const page = await site.open(TAB);
    await type(page, `${RACE}\nfor (;;);\n`, EDITOR);
    await run(page);
    await page
      .getByText('has said nothing for 20 s')
      .first()
      .waitFor({ timeout: 2 * PATIENCE });
    await type(page, RACE, EDITOR);
    await run(page);
    await page.getByText(DONE).waitFor();
    quiet();
    await page.context().close();
  });

  test('script before the editor and the parser: under 300 kB compressed', async () => {
    const page = await site.open('');
    const scripts = new Set<string>();
    page.context().on('response', (response) => {
      if (new URL(response.url()).pathname.endsWith('.js')) scripts.add(response.url());
    });
    await page.goto(`${site.url}#/matrix`);
    await page.getByRole('grid').waitFor();
    await page.goto(`${site.url}#/cell/reclaim%2Funmap-one/x86-64/mutant%3Adirty-before-clear`);
    await page.reload();
    await page.locator('[aria-current="step"]').waitFor();
    await page.waitForLoadState('networkidle');
    // Asked for once more from here: the browser need not have kept what it has run.
    const sizes = await Promise.all(
      [...scripts].map(
        async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer()), { level: 9 }).length,
      ),
    );
    const total = sizes.reduce((a, b) => a + b, 0);
    expect(
      [...scripts].some((url) => url.includes('worker')),
      'the engine was counted',
    ).toBe(true);
    expect(total).toBeGreaterThan(100_000);
    expect(total).toBeLessThan(SCRIPT);
    quiet();
    await page.context().close();
  });
});
