/** Tests that look at the built page in a browser; without one they are left out, and say so. */
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { CHROMIUM, PATIENCE, type Site, startSite } from './site.js';

/**
 * `tests` get the page, and `quiet`: what a view must never do, whatever a test asks of it, has not happened (script errors, requests
 * to others, violated policies).
 */
export function inBrowser(
  name: string,
  tests: (site: Pick<Site, 'url' | 'open' | 'problems'>, quiet: () => void) => void,
): void {
  const title = CHROMIUM === undefined ? `${name} (skipped: there is no Chromium)` : name;
  describe.skipIf(CHROMIUM === undefined)(title, { timeout: 2 * PATIENCE }, () => {
    let started: Site;
    beforeAll(async () => {
      started = await startSite();
    }, 10 * PATIENCE);
    afterAll(async () => {
      await started?.close();
    });
    const site: Pick<Site, 'url' | 'open' | 'problems'> = {
      get url() {
        return started.url;
      },
      get problems() {
        return started.problems;
      },
      open: (...to) => started.open(...to),
    };
    tests(site, () => expect(site.problems.splice(0)).toEqual([]));
  });
}
