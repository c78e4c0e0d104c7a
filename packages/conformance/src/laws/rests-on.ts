/** Laws of operations rest on the helpers: where those are wrong, look there first. */
import { type ArchPlugin, RacewalkError, VALUE_CONTRACT } from '@racewalk/core';
import { BLOCKS, buildTable } from './table.js';
import type { LawOptions } from './try.js';
import { strayEntry } from './uniform.js';
import { lawSkip, tryValueLaw } from './values.js';

/** Names, in the kernel, of the `pte_*` helpers that break a law of their own. */
export function brokenHelpers(arch: ArchPlugin, options: LawOptions): string[] {
  const rows = VALUE_CONTRACT.filter(({ level, law }) => level === 'PTE' && law !== 'generic');
  const broken = rows.filter((row) => {
    if (lawSkip(arch, row) !== null) return false;
    try {
      tryValueLaw(arch, row, options);
      return false;
    } catch {
      return true;
    }
  });
  return broken.map(({ kernel }) => kernel);
}

/** Whether a block whose entries differ in young and dirty counts as uniform, as it must. */
function blocksMayDiffer(arch: ArchPlugin): boolean {
  if (!arch.has('contPte')) return true;
  const flags = [false, true, false, true];
  const block = {
    kind: 'folded' as const,
    write: true,
    wrprotected: false,
    dirty: flags,
    young: flags,
    cleared: flags,
  };
  const t = buildTable(arch, { blocks: Array.from({ length: BLOCKS }, () => block) }, false);
  const memory = t.world.cells.cells.map((cell) => cell.initial);
  return (
    strayEntry(
      arch,
      t.vma.table.entries.map((p) => t.world.entryIn((c) => memory[c] ?? 0, p)),
    ) === null
  );
}

/** The complaint of an operation's law, after what has to be put right before it means anything. */
export function withCause(arch: ArchPlugin, options: LawOptions, error: unknown): unknown {
  if (!(error instanceof RacewalkError)) return error;
  const helpers = brokenHelpers(arch, options);
  const first = [
    ...(helpers.length === 0
      ? []
      : [`${helpers.join(', ')} break${helpers.length === 1 ? 's' : ''} a law already`]),
    ...(blocksMayDiffer(arch) ? [] : ['cont.mayDiffer lacks a bit of access or dirty']),
  ];
  if (first.length === 0) return error;
  const message = `put the helpers right first: ${first.join('; ')}. What follows may be due to that.\n${error.message}`;
  return new RacewalkError(error.code, message, { cause: error });
}
