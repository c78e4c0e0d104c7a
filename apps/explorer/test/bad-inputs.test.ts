/** What people paste, drop and open that is not what it should be; with code.test.ts, the page's half of the table. */
import type { Page } from 'playwright-core';
import { test } from 'vitest';
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
});
