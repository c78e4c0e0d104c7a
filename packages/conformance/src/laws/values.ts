/**
 * Runs the laws of the contract table that are about values.
 */
import { type ArchPlugin, type ContractRow, type LawSample, pteHex } from '@racewalk/core';
import { anySample } from './entries.js';
import { type LawOptions, tryLaw } from './try.js';

/** Why a row does not apply to a plug-in, or null. */
export function lawSkip(arch: ArchPlugin, row: ContractRow): string | null {
  const missing = (row.needs ?? []).filter((c) => !arch.has(c));
  return missing.length === 0 ? null : `needs ${missing.join(' and ')}, which ${arch.id} does not have`;
}

const shown = (s: LawSample) =>
  `pte ${pteHex(s.pte)}, other ${pteHex(s.other)}, pfn ${s.pfn}, nr ${s.nr}, swap ${s.swp.type}:${s.swp.offset}, ` +
  `marker ${s.marker}, writable ${s.writable}`;

/** Try a law about values; throws with the smallest counterexample found. */
export function tryValueLaw(arch: ArchPlugin, row: ContractRow, options: LawOptions = {}): void {
  const { law } = row;
  if (law === 'generic') throw new TypeError(`${row.op} has no law about values`);
  tryLaw(
    anySample(arch),
    (sample) => {
      const complaint = law(arch, sample);
      if (complaint === null) return null;
      return `${arch.id} ${row.op} (${row.kernel}) ${row.says}: not so: ${complaint}; ${shown(sample)}`;
    },
    options,
  );
}
