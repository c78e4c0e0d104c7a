import { readFileSync } from 'node:fs';
import * as core from '@racewalk/conformance';
import { describe, expect, it } from 'vitest';
import { camel, declarations, NAMED, namesPage, PAGE } from '../docs/kernel-names.mjs';
import { ABSENT } from '../docs/kernel-names-absent.mjs';

describe('kernel names', () => {
  it('become camelCase, leading underscores kept', () => {
    expect(camel('ptep_get_and_clear_full')).toBe('ptepGetAndClearFull');
    expect(camel('__ptep_get')).toBe('__ptepGet');
  });

  it('of the threads all have a function here', () => {
    const declared = declarations();
    const missing = Object.values(NAMED)
      .flatMap((names) => names.split(' '))
      .filter((kernel) => !declared.has(camel(kernel)));
    expect(missing).toEqual([]);
  });

  it('of the contract all lead to a file', () => {
    const page = namesPage(declarations(), core).split('## The contract')[1] ?? '';
    for (const { kernel, op } of core.CONTRACT) {
      const row = page.split('\n').find((line) => line.startsWith(`| \`${kernel}\` | \`${op}\` |`));
      expect([kernel, row]).toEqual([kernel, expect.stringMatching(/\]\(\.\.\/packages\/(core|arch-)/)]);
    }
    for (const { name } of core.KERNEL_TABLE) expect(page).toContain(`| \`${name}\` |`);
  });

  it('that are missing have a reason, until they are not missing', () => {
    const page = namesPage(new Map());
    for (const [kernel, why] of Object.values(ABSENT).flatMap((reasons) => Object.entries(reasons))) {
      const row = `| \`${kernel}\` | ${why} |`;
      expect(page).toContain(row);
      const files = new Set(['packages/core/src/there.ts']);
      expect(namesPage(new Map([[camel(kernel), files]]))).not.toContain(row);
    }
  });

  it('stand in docs/kernel-names.md (npm run docs:names rewrites it)', () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(namesPage(declarations(), core));
  });
});
