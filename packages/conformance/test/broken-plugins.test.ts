/** Broken plug-ins, one fault each: the suite fails, and its first message is enough to name the fault. */
import { describe, expect, it } from 'vitest';
import { conformance } from '../src/index.js';
import type { Broken } from './broken/broken.js';
import * as claims from './broken/claims.js';
import * as helpers from './broken/helpers.js';
import * as operations from './broken/operations.js';
import { failures, recordingRunner } from './recording-runner.js';
import { clearFlushVsStore, zapVsStore } from './toy-races.js';

const ALL: readonly Broken[] = [helpers, operations, claims].flatMap((file) => Object.values(file));

/** Levels whose laws are about other tables; these plug-ins are broken at the lowest. */
const UPPER = / > (?:PMD|PUD|HugeTLB|swap)\b/;

async function complaints({ plugin }: Broken) {
  const { runner, tests } = recordingRunner();
  conformance({ runner, plugin, scenarios: [zapVsStore, clearFlushVsStore], laws: { runs: 100 } });
  const found = await failures(tests.filter(({ title }) => !UPPER.test(title)));
  return found.map(({ title, message }) => ({ title: title.replace(/^\S+ conformance > /, ''), message }));
}

describe('a broken plug-in is found out:', () => {
  it.each(ALL)('$fault', async (broken) => {
    const found = await complaints(broken);
    for (const title of broken.fails)
      expect(found.map((f) => f.title)).toContainEqual(expect.stringMatching(title));
    const message = found.find(({ title }) => broken.fails[0]?.test(title))?.message ?? '';
    for (const says of broken.says) expect(message).toMatch(says);
    // What fails because of something else that fails says so.
    const own = found.filter((f) => !f.message.startsWith('put the helpers right first'));
    const titles = own.map(({ title }) => `fails: ${title.replace(/:.*/, '')}`);
    const text = [`${broken.plugin.id}: ${broken.fault}`, '', ...titles];
    const golden = `${[...text, '', message].join('\n').trimEnd()}\n`;
    await expect(golden).toMatchFileSnapshot(`golden/broken/${broken.fault.replaceAll(' ', '-')}.txt`);
  });
});

it('what fails only because a helper does names the helper first', async () => {
  const found = await complaints(helpers.cleanLeavesOne);
  const message = found.find(({ title }) => title.startsWith('laws > entry ptep_get:'))?.message;
  expect(message).toMatch(/^put the helpers right first: pte_dirty, pte_mkclean break a law already\./);
  expect(message).toMatch(/\ntoy ptepGet \(ptep_get\) does not do what it promises/);
});
