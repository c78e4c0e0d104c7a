/** A plug-in of which one form of a flush forgets a CPU fails the suite: some race shows it, or a reason says why none can. */
import type { ArchPlugin } from '@racewalk/core';
import { REASONS } from '@racewalk/machine';
import { describe, expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';
import { type Shown, whatShows } from './flush-forms.js';
import { grantsOne } from './flush-forms-races.js';

/** Why nothing breaks, by operation; null if something should. */
const HARMLESS: Readonly<Record<string, (arch: ArchPlugin) => string | null>> = {
  ptep_clear_flush_young: () => 'an access that is missed is allowed: nothing is promised of the access flag',
  huge_ptep_set_wrprotect: () =>
    'all entries of the block are empty then, and who protects flushes afterwards',
  set_huge_pte_at: () =>
    'all entries of the block are empty then; who replaces a page has flushed the old one',
  ptep_set_access_flags: REASONS.faultHeals,
  pmdp_set_access_flags: REASONS.faultHeals,
  huge_ptep_set_access_flags: (arch) =>
    arch.has('negativeCaching') ? 'the handler fences its own CPU after every fault' : null,
};

function reasonFor(arch: ArchPlugin, { form, forgets }: Shown): string | null {
  if (/local_/.test(form) && forgets === 'second') return 'it reaches the CPU that makes it, and no other';
  return HARMLESS[form.split(':')[0] ?? '']?.(arch) ?? null;
}

const line = ({ form, forgets, by }: Shown, reason: string | null): string =>
  `${form.padEnd(48)} ${forgets.padEnd(7)} ${by ?? reason ?? 'nothing shows it'}`;

describe.each(CATALOGUE.archs)('$id', (arch) => {
  const rows = whatShows(arch, [...CATALOGUE.scenarios, grantsOne]);
  const hidden = rows.filter((row) => row.by === null && reasonFor(arch, row) === null);

  it('shows a block that is unfolded for a page, whomever its flush forgets', () => {
    const unfolds = rows.filter(({ form }) => form === 'ptep_set_access_flags: flush_tlb_range');
    expect(unfolds).toHaveLength(arch.has('contPte') ? 2 : 0);
    expect(unfolds.filter(({ by }) => by === null)).toEqual([]);
  });

  it('has forms that flush pages, ranges and address spaces', () => {
    const forms = rows.map(({ form }) => form).join('\n');
    expect(forms).toMatch(/^flush_tlb_range$/m);
    expect(forms).toMatch(/^flush_tlb_mm$/m);
    expect(forms).toMatch(/^ptep_clear_flush: flush_tlb_page$/m);
  });

  it('is found out, whichever form forgets a CPU', () => {
    const table = rows.map((row) => line(row, reasonFor(arch, row))).join('\n');
    expect(
      hidden.map(({ form, forgets }) => `${form} ${forgets}`),
      table,
    ).toEqual([]);
    if (process.env.RACEWALK_TABLE !== undefined) process.stdout.write(`${arch.id}\n${table}\n\n`);
  });
});
