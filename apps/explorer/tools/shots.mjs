/** `node apps/explorer/tools/shots.mjs`: the pictures of the README, taken from the built page in apps/cli/page. */
import path from 'node:path';
import { main, silentIo } from '@racewalk/cli';
import { chromium } from 'playwright-core';

const SHOTS = path.resolve(import.meta.dirname, '../shots');
const CELL = '#/cell/reclaim%2Funmap-one/x86-64/mutant%3Adirty-before-clear';

/** Name, address, width, height, colours, and what to wait for. @type {readonly [string, string, number, number, 'light' | 'dark', string][]} */
const PICTURES = [
  [
    'matrix',
    '#/matrix?family=reclaim&race=reclaim%2Funmap-one&arch=arm64-contpte&variant=mutant%3Adirty-before-clear&open=reclaim%2Funmap-one',
    1280,
    720,
    'light',
    '.mg',
  ],
  ['counterexample', `${CELL}?step=7`, 1280, 800, 'light', '.ln .st'],
  ['dark', `${CELL}?step=13`, 1280, 800, 'dark', '.ln .st'],
  ['comparison', `${CELL}?cmp=sw-dirty%20mutant%3Adirty-before-clear`, 1280, 800, 'light', '.crow'],
  ['playground', '#/play', 1280, 800, 'light', '.vb'],
  ['patch', '#/play?file=change.patch&races=reclaim%2F*', 1280, 800, 'dark', '.vt'],
  ['map', '#/matrix?map=1', 1280, 800, 'dark', '.mg .r:nth-last-child(2)'],
  ['narrow-matrix', '#/matrix', 390, 800, 'light', '.mg'],
  ['narrow', `${CELL}?step=7`, 390, 800, 'light', '.ln .st'],
];

const signal = { aborted: false };
/** @type {Promise<number>} */
let served = Promise.resolve(0);
const url = await new Promise((out) => {
  served = main(['serve', '--port', '0'], { ...silentIo(process.cwd()), signal, out });
});
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox'] });
for (const [name, hash, width, height, colorScheme, shown] of PICTURES) {
  const page = await browser.newPage({ viewport: { width, height }, colorScheme });
  await page.goto(`${url.trim()}${hash}`);
  if (hash.startsWith('#/play')) await page.getByRole('button', { name: 'Run' }).click();
  await page.locator(shown).first().waitFor({ timeout: 60_000 });
  if (hash.startsWith('#/play'))
    await page.getByText(/^\d+ of \d+ cells, \d+ executions, [\d.]+ s$/).waitFor({ timeout: 60_000 });
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: path.join(SHOTS, `${name}.png`) });
  await page.close();
}
await browser.close();
signal.aborted = true;
await served;
