import { readFileSync } from 'node:fs';
import { ENTRIES } from '@racewalk/catalogue';
import { CATALOGUE } from '@racewalk/cli';
import { expect, it } from 'vitest';
import { linked, PAGE, sourcesPage } from '../docs/sources-page.mjs';

it('docs/sources.md is what the races and the catalogue say (npm run docs:sources rewrites it)', () => {
  const page = readFileSync(PAGE, 'utf8');
  expect(page).toBe(sourcesPage(CATALOGUE.scenarios, ENTRIES));
  expect(page.match(/\]\(https:/g)?.length).toBeGreaterThan(150);
});

it('commits, advisories, files of Linux, threads and manuals become links, each once', () => {
  expect(linked('set_pte(), Linux d0b7a302d58a (5.4)')).toBe(
    'set_pte(), Linux [d0b7a302d58a](https://git.kernel.org/torvalds/c/d0b7a302d58a) (5.4)',
  );
  expect(linked('XSA-346, CVE-2020-27671')).toContain('](https://www.cve.org/CVERecord?id=CVE-2020-27671)');
  expect(linked('mm/gup.c')).toBe('[mm/gup.c](https://elixir.bootlin.com/linux/v6.12/source/mm/gup.c)');
  expect(linked('contpte review, November 2023')).toMatch(/^\[contpte review\]\(https:\/\/lore/);
  expect(linked('contpte review (seed 004)')).toContain('](https://lore.kernel.org/linux-mm/');
  expect(linked('Arm ARM DDI 0487 D8.16')).toContain('[DDI 0487](https://developer.arm.com/');
  expect(linked('long-standing')).toBe('long-standing');
});
