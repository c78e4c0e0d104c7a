/** What a law about an operation on huge pages in memory says when it fails. */
import type { ArchPlugin, LawSample, ValueLaw } from '@racewalk/core';
import { memoryRunsOf } from '@racewalk/machine';
import { entryLine, sideBySide } from './bits.js';
import { isPte } from './is-pte.js';

/** The run that failed, in lines; none if the law makes no runs. */
export function memoryLawDetails(arch: ArchPlugin, law: ValueLaw, sample: LawSample): string[] {
  const run = memoryRunsOf(law, arch, sample).at(-1);
  if (run === undefined) return [];
  const changed = run.before.findIndex((pte, i) => pte !== run.after[i]);
  const at = Math.max(0, changed);
  const [before, after] = [run.before[at], run.after[at]];
  const which = run.before.length === 1 ? '' : `entry ${at} of ${run.before.length} `;
  const entries =
    before === undefined || after === undefined
      ? []
      : sideBySide(arch, [
          [`${which}before`, before],
          ['after', after],
        ]);
  const returned = isPte(run.value) ? entryLine(arch, run.value) : String(run.value);
  return [
    ...entries,
    ...(run.value === undefined ? [] : [`returned  ${returned}`]),
    `its steps: ${run.steps.join('; ') || 'none'}`,
  ];
}
