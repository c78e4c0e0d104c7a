/** The built page, served below a path by `racewalk serve`, and a browser to look at it. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { main, silentIo } from '@racewalk/cli';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';
import { build } from 'vite';

const ROOT = resolve(import.meta.dirname, '..');

/** Races of which the tests need data; the whole matrix takes a minute. */
const RACES = 'reclaim/unmap-one,zap/second-dontneed,gup/*';

/** Milliseconds that a machine under load may take for anything. */
export const PATIENCE = 30_000;

/** The browser, if it is there. */
export const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
  (file) => existsSync(file),
);

/** Builds the page into a folder of its own, with data of a few races. */
async function buildPage(folder: string): Promise<void> {
  const page = join(folder, 'below', 'a', 'path');
  await build({
    root: ROOT,
    configFile: join(ROOT, 'vite.config.ts'),
    logLevel: 'error',
    publicDir: false,
    build: { outDir: page, emptyOutDir: true },
  });
  const data = [join(ROOT, 'tools/data.mjs'), '--test', RACES, '--out', join(page, 'data')];
  await promisify(execFile)(process.execPath, data);
}

export interface Site {
  readonly url: string;
  readonly open: (hash: string, options?: BrowserContextOptions) => Promise<Page>;
  readonly problems: string[];
  readonly close: () => Promise<void>;
}

/** Build, serve, and start the browser. */
export async function startSite(): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), 'racewalk-page-'));
  await buildPage(folder);
  // The folder above has no page of its own; `serve` asks for one.
  const { writeFile } = await import('node:fs/promises');
  await writeFile(join(folder, 'index.html'), '');
  const signal = { aborted: false };
  let served: Promise<number> = Promise.resolve(0);
  const address = await new Promise<string>((out) => {
    served = main(['serve', '--port', '0', '--page', folder], { ...silentIo(folder), signal, out });
  });
  const url = `${address.trim()}below/a/path/`;
  const browser: Browser = await chromium.launch({
    executablePath: CHROMIUM ?? '',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  const problems: string[] = [];
  const open = async (hash: string, options: BrowserContextOptions = {}): Promise<Page> => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, ...options });
    context.setDefaultTimeout(PATIENCE);
    const page = await context.newPage();
    page.on('pageerror', (error) => problems.push(String(error)));
    page.on('console', (message) => message.type() === 'error' && problems.push(message.text()));
    page.on('request', (request) => {
      if (!/^(http:\/\/127\.0\.0\.1|data:|blob:)/.test(request.url())) problems.push(`asks ${request.url()}`);
    });
    await page.goto(url + hash);
    return page;
  };
  return {
    url,
    open,
    problems,
    async close() {
      await browser.close();
      signal.aborted = true;
      await served;
      await rm(folder, { recursive: true });
    },
  };
}
