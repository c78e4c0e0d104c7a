/** `racewalk serve`: files of one folder, to this machine alone. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { fileFor } from '../src/serve/static-server.js';
import { run } from './run.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'racewalk-serve-'));
  writeFileSync(join(folder, 'index.html'), '<p>page</p>');
});
afterAll(() => rmSync(folder, { recursive: true }));

test('serves the folder, says where, and ends with the signal', async () => {
  const signal = { aborted: false };
  let served: ReturnType<typeof run> | undefined;
  const address = await new Promise<string>((out) => {
    served = run(['serve', '--port', '0', '--page', folder], { signal, out });
  });
  expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/\n$/);
  const page = await fetch(address.trim());
  expect(await page.text()).toBe('<p>page</p>');
  expect(page.headers.get('content-type')).toContain('text/html');
  expect(page.headers.get('content-encoding')).toBe('gzip');
  const plain = await fetch(address.trim(), { headers: { 'accept-encoding': 'identity' } });
  expect([plain.headers.get('content-encoding'), await plain.text()]).toEqual([null, '<p>page</p>']);
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect((await fetch(`${address.trim()}gone.js`)).status).toBe(404);
  expect((await fetch(address.trim(), { method: 'POST' })).status).toBe(405);
  signal.aborted = true;
  expect((await served)?.code).toBe(0);
});

test.each(['/../secret', '/..%2fsecret', '/%2e%2e/secret', '/a%00b', '/%'])('no way out: %s', (url) => {
  expect(fileFor(folder, url)).toBeNull();
});

test('a folder without a page is refused, with what to do', async () => {
  const { code, err } = await run(['serve', '--page', join(folder, 'none')]);
  expect(code).toBe(2);
  expect(err).toContain('error RACEWALK_FILE');
  expect(err).toContain('npm run page');
});
