/** What the law of an operation says when it fails: the entry before and after, the steps, and the input. */

import { type ArchPlugin, type PteOpName, VALUE_CONTRACT } from '@racewalk/core';
import { describePte } from '@racewalk/machine';
import type { Difference } from '../laws/compare.js';
import { BLOCK } from '../laws/table.js';
import type { Arguments, Trial } from '../laws/trials.js';
import { sideBySide } from './bits.js';
import { claimLines } from './claim.js';

/** Steps that are printed; a call that takes more is told by its first. */
const STEPS = 12;

/** Name of an operation in the kernel, and what it promises. */
export function promiseOf(op: PteOpName): { readonly kernel: string; readonly says: string } {
  return VALUE_CONTRACT.find((row) => row.op === op && row.law === 'generic') ?? { kernel: op, says: '' };
}

/** The entries of the blocks that the call touches, as they stood before it. */
function tableLines(arch: ArchPlugin, { mine }: Difference, from: number, to: number): string[] {
  const first = from - (from % BLOCK);
  const last = to - (to % BLOCK) + BLOCK - 1;
  const shown = mine.before.slice(first, last + 1);
  return shown.map((pte, i) => `  ${mine.world.at(first + i).name.padEnd(7)}  ${describePte(arch, pte)}`);
}

const yes = (flags: Readonly<Record<string, boolean>>): string =>
  Object.entries(flags)
    .filter(([, on]) => on)
    .map(([name]) => name)
    .join(', ');

/** What to add to the complaint about one call, in lines. */
export function opLawDetails(arch: ArchPlugin, trial: Trial, a: Arguments, found: Difference): string[] {
  const { mine, generic, index } = found;
  const last = trial.sweep ? mine.before.length - 1 : a.at + (trial.batch ? a.nr : 1) - 1;
  const { flag, write, dirty, young } = a;
  const on = yes({ flag, write, dirty, young });
  const [before, after, wanted] = [mine.before, mine.after, generic.after].map((all) => all[index ?? -1]);
  const entries =
    before === undefined || after === undefined || wanted === undefined
      ? []
      : sideBySide(arch, [
          [`${mine.world.at(index ?? 0).name} before`, before],
          ['after', after],
          ['generic', wanted],
        ]);
  const where = trial.batch
    ? `entries ${a.at} to ${last}`
    : trial.sweep
      ? 'the whole table'
      : `entry ${a.at}`;
  return [
    ...entries,
    `its steps: ${mine.steps.slice(0, STEPS).join('; ') || 'none'}${mine.steps.length > STEPS ? '; …' : ''}`,
    `smallest input: ${where}${on === '' ? '' : `, with ${on}`}, of a table that holds`,
    ...tableLines(arch, found, trial.sweep ? 0 : a.at, last),
    ...(found.claim === undefined ? [] : claimLines(found.claim)),
    ...(found.remedy === undefined ? [] : [`what to do: ${found.remedy}`]),
  ];
}
