/**
 * Runs the laws of the contract table that are about values.
 */
import type { ArchPlugin, ContractRow } from '@racewalk/core';
import { valueLawDetails } from '../explain/value-law.js';
import { anySample } from './entries.js';
import { type LawOptions, tryLaw } from './try.js';

/** Why a row does not apply to a plug-in, or null. */
export function lawSkip(arch: ArchPlugin, row: ContractRow): string | null {
  const missing = (row.needs ?? []).filter((c) => !arch.has(c));
  return missing.length === 0 ? null : `needs ${missing.join(' and ')}, which ${arch.id} does not have`;
}

/** Try a law about values; throws with the smallest counterexample found. */
export function tryValueLaw(arch: ArchPlugin, row: ContractRow, options: LawOptions = {}): void {
  const { law } = row;
  if (law === 'generic') throw new TypeError(`${row.op} has no law about values`);
  tryLaw(
    anySample(arch),
    (sample) => {
      const complaint = law(arch, sample);
      if (complaint === null) return null;
      return `${arch.id} ${row.op} (${row.kernel}) does not do what it promises: "${row.says}": not so: ${complaint}`;
    },
    options,
    (sample) => valueLawDetails(arch, { ...row, law }, sample),
  );
}
