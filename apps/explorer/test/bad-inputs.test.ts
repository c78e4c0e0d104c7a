/** What people paste, drop and open that is not what it should be; with code.test.ts, the page's half of the table. */
import type { Page } from 'playwright-core';
import { test } from 'vitest';
import type { FamilyFile } from '../src/data/matrix.js';
import { drop, type } from './helpers.js';
import { inBrowser } from './in-browser.js';

const CELL = '#/cell/reclaim%2Funmap-one/x86-64/mutant%3Adirty-before-clear';

inBrowser('bad inputs', (site, quiet) => {
  const shows = (page: Page, text: string | RegExp): Promise<void> => page.getByText(text).first().waitFor();

  test('tokens, links and addresses', async () => {
    const page = await site.open('#/token/rw1%3Anonsense');
    await page.getByText('RACEWALK_TOKEN').waitFor();
    for (const [hash, text] of [
      ['#/token/hello', 'RACEWALK_TOKEN_SYNTAX'],
      ['#/token/rw9%3AAAAA', 'RACEWALK_TOKEN'],
      ['#/token/', 'RACEWALK_TOKEN'],
      ['#/cell/no%2Fsuch/x86-64/upstream', 'RACEWALK_UNKNOWN_TEST'],
      ['#/cell/reclaim%2Funmap-one/vax/upstream', 'RACEWALK_UNKNOWN_ARCH'],
      ['#/cell/reclaim%2Funmap-one/x86-64/mutant%3Anone', 'RACEWALK_UNKNOWN_VARIANT'],
      ['#/cell/reclaim%2Funmap-one/x86-64/upstream', 'RACEWALK_NOTHING_BROKEN'],
      ['#/cell', 'RACEWALK_UNKNOWN_TEST'],
      ['#/race/x86-64/upstream?c=%25%25', 'damaged'],
      ['#/file/gone.json', 'no longer here'],
      ['#/nowhere', 'There is no such page'],
      ['#/%E0%A4%A', 'There is no such page'],
      ['#/play?c=AAAA', 'damaged'],
      ['#/matrix?family=no-such&arch=vax', '0 of'],
    ] as const) {
      await page.goto(site.url + hash);
      await shows(page, text);
    }
    quiet();
    await page.context().close();
  });

  test('a token that a mail has wrapped and quoted opens; a cut one and one with a wrong letter do not', async () => {
    const page = await site.open(CELL, { permissions: ['clipboard-read', 'clipboard-write'] });
    await page.locator('[aria-current="step"]').waitFor();
    await page.getByText('Share', { exact: true }).click();
    await page.getByRole('button', { name: 'Copy command' }).click();
    await shows(page, 'command copied');
    const command = await page.evaluate(() => navigator.clipboard.readText());
    const token = command.slice(command.indexOf('rw'));
    const wrapped = `> ${token.slice(0, 30)}\n> ${token.slice(30, 50)}\n> ${token.slice(50)}\n`;
    await drop(page, 'mail.txt', `Hi,\n\n${wrapped}`);
    await page.waitForURL(/#\/token\//);
    await page.locator('[aria-current="step"]').waitFor();
    await drop(page, 'cut.txt', token.slice(0, -4));
    await shows(page, /RACEWALK_TOKEN/);
    const wrong = `${token.slice(0, 20)}${token[20] === 'A' ? 'B' : 'A'}${token.slice(21)}`;
    await drop(page, 'wrong.txt', wrong);
    await shows(page, /RACEWALK_TOKEN_CHECKSUM|RACEWALK_TOKEN/);
    quiet();
    await page.context().close();
  });

  test('files', async () => {
    const page = await site.open('#/matrix');
    for (const [name, content, text] of [
      ['a.json', '{"schema": "racewalk.trace/1"}', 'a.json:'],
      ['b.json', 'not json', 'b.json:'],
      ['c.txt', '', 'c.txt:'],
      ['d.txt', '> rw1:AAAA\n> BBBB', 'RACEWALK_TOKEN'],
      ['foreign.json', '{"traceEvents": [{"ph": "X"}]}', 'foreign.json:'],
      ['later.json', '{"schema": "racewalk.trace/99", "events": []}', 'later.json:'],
      ['binary.c', [0, 1, 2, 255], 'binary.c is binary'],
      ['picture.png', [137, 80, 78, 71, 0, 13], 'picture.png is binary'],
      ['large.json', 'x'.repeat(20_000_001), 'large.json is larger than 20 MB'],
      ['large.c', `/* ${'x'.repeat(10_000_000)} */`, 'large.c is larger than 200 kB'],
      ['empty.c', ' \n', 'empty.c is empty'],
      ['not.patch', 'hello', 'Not run'],
      ['prose.c', 'Dear all,\nI have a race.\n', 'cannot read'],
    ] as const) {
      await drop(page, name, content);
      await shows(page, text);
    }
    quiet();
    await page.context().close();
  });

  test('an endless loop in C, a race without agents, a link whose text was cut', async () => {
    const page = await site.open('#/play');
    const run = page.getByRole('button', { name: 'Run' });
    const race = (body: string): string =>
      `C mine\n\n{ int x = 0; }\n\nP0(int *x)\n{\n${body}\n}\n\nforbids (x=1)\n`;
    for (const [text, said] of [
      [race('\tfor (;;) { }'), /loop|round/i],
      [race('\tint y = READ_ONCE(*x;'), 'This is not understood'],
      [race('\tno_such_function(x);'), 'no_such_function'],
      ['C mine\n\n{ int x = 0; }\n\nforbids (x=1)\n', /agent|P0/],
    ] as const) {
      await type(page, text);
      await run.click();
      await page.getByRole('region', { name: 'Result' }).getByText(said).first().waitFor();
    }
    const whole = new URL(page.url()).hash;
    await page.goto(`${site.url}#/matrix`);
    await page.goto(`${site.url}${whole.slice(0, -8)}`);
    await shows(page, 'damaged');
    quiet();
    await page.context().close();
  });

  test('addresses that are nearly right', async () => {
    const page = await site.open('#/matrix');
    for (const [hash, text] of [
      ['#/token/rw1%3A', 'not a replay token'],
      ['#/token/rw3%3A%F0%9F%90%9B', 'RACEWALK_TOKEN_VERSION'],
      ['#/cell/reclaim%2Funmap-one/x86-64', 'RACEWALK_NOTHING_BROKEN'],
      ['#/cell/RECLAIM%2FUNMAP-ONE/x86-64/upstream', 'did you mean reclaim/unmap-one?'],
      ['#/cell///', 'RACEWALK_UNKNOWN_TEST'],
      ['#/race/x86-64/upstream', 'damaged'],
      [`${CELL}?cmp=vax`, 'RACEWALK_UNKNOWN_ARCH'],
      [`${CELL}?step=999`, 'doomed since step 8'],
      [`${CELL}?step=-1`, 'doomed since step 8'],
      [`${CELL}?step=abc`, 'doomed since step 8'],
      ['#/play?c=%F0%9F%90%9B', 'damaged'],
      ['#/matrix?invariant=NOPE', 'No race is like that'],
      ['#/matrix?race=no%2Fsuch&arch=x86-64', 'Select a cell to see what it came to'],
    ] as const) {
      await page.goto(site.url + hash);
      await shows(page, text);
    }
    quiet();
    await page.context().close();
  });

  test('files that are nearly right', async () => {
    const page = await site.open('#/matrix');
    for (const [name, content, text] of [
      ['list.json', '[]', 'list.json: bad trace: the file is a list'],
      ['null.json', 'null', 'null.json: bad trace: the file is null'],
      ['hollow.json', '{"schema": "racewalk.trace/2", "events": [{}]}', 'version is missing'],
      ['half.json', '{"schema": "racewalk.trace/2", "events": [{"op"', 'was the file cut?'],
      ['report.json', '{"schema": "racewalk.report/2", "cells": []}', 'this is not a trace file'],
      ['deep.json', '['.repeat(5000) + ']'.repeat(5000), 'deep.json: bad trace: the file is a list'],
      ['bom.json', '\ufeff{"schema": "racewalk.trace/2"}', 'version is missing'],
      ['mail.txt', 'see you on Monday', 'mail.txt: bad trace'],
      ['two.txt', 'rw1:AAAA and rw1:BBBB', 'not a replay token: "rw1:AAAA"'],
      ['a.zip', [80, 75, 3, 4, 0], 'a.zip is binary'],
    ] as const) {
      await drop(page, name, content);
      await shows(page, text);
    }
    quiet();
    await page.context().close();
  });

  test('a mail that goes on behind its token opens the token', async () => {
    const page = await site.open(CELL);
    await page.locator('[aria-current="step"]').waitFor();
    const family = await page.evaluate(
      async () => (await (await fetch('data/cells/reclaim.json')).json()) as FamilyFile,
    );
    const token = family.cells['reclaim/unmap-one x86-64 mutant:dirty-before-clear']?.token ?? '';
    const [one, two] = [token.slice(0, 40), token.slice(40)];
    await drop(page, 'mail.txt', `Hi,\n\n> ${one}\n> ${two}\nThanks and bye\nBob\n`);
    await page.waitForURL(new RegExp(`#/token/${encodeURIComponent(token)}$`));
    await page.locator('[aria-current="step"]').waitFor();
    quiet();
    await page.context().close();
  });

  test('code that is nearly right', async () => {
    const page = await site.open('#/play');
    const c = (rest: string): string => `C mine\n{ int x = 0; }\n${rest}`;
    for (const [name, content, said] of [
      ['none.ts', 'export const a = 1;', 'export what defineScenario() of @racewalk/mm returns'],
      ['throws.ts', 'throw new Error("mine")', 'throws.ts:1:7: Error: mine'],
      ['syntax.ts', 'export default {', 'syntax.ts:1:17'],
      ['imports.ts', 'import fs from "node:fs"; export default fs;', 'there is no module "node:fs"'],
      ['other.patch', '--- a/README\n+++ b/README\n@@ -1 +1 @@\n-a\n+b\n', 'it changes no C'],
      ['binary.patch', 'diff --git a/x b/x\nGIT binary patch\nliteral 4\nabcd\n', 'a binary patch'],
      ['main.c', 'int main(void) { return 0; }\n', 'there is no agent'],
      ['name.c', c('P0(int *x) { WRITE_ONCE(*x, 1); }\nforbids DIRTYY\n'), 'did you mean DIRTY?'],
      [
        'variant.c',
        c('P0(int *x) { WRITE_ONCE(*x, 1); }\nforbids (x=2)\nvariant v breaks DIRTY {\n-\tno\n+\tyes\n}\n'),
        'the race has no line',
      ],
    ] as const) {
      await drop(page, name, content);
      await page.waitForURL(new RegExp(`file=${name}`));
      // A file that is dropped runs by itself: a click on Run might come when it already says Cancel.
      await page.getByRole('region', { name: 'Result' }).getByText(said).first().waitFor();
    }
    quiet();
    await page.context().close();
  });
});
