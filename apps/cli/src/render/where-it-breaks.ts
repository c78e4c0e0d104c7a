/** What tells the plug-ins on which a variant in C breaks from those on which it does not. */
import type { ReportCell } from '@racewalk/conformance/matrix';
import { type ArchPlugin, CAPABILITIES, type Capability } from '@racewalk/core';
import type { Context } from '../context.js';
import { wrap } from './numbers.js';

/** What can stand behind `if`. */
interface Term {
  readonly text: string;
  readonly is: (arch: ArchPlugin) => boolean;
}

const TERMS: readonly Term[] = Object.keys(CAPABILITIES).flatMap((name): Term[] => {
  const has = (arch: ArchPlugin): boolean => arch.has(name as Capability);
  return [
    { text: name, is: has },
    { text: `not ${name}`, is: (arch) => !has(arch) },
  ];
});

const both = (word: string, join: (a: boolean, b: boolean) => boolean): Term[] =>
  TERMS.flatMap((a, i) =>
    TERMS.slice(i + 1).map((b) => ({
      text: `${a.text} ${word} ${b.text}`,
      is: (arch: ArchPlugin) => join(a.is(arch), b.is(arch)),
    })),
  );

/** The first conditions of one or two capabilities that say exactly where the variant of a cell breaks. */
export function whereItBreaks(
  cell: ReportCell,
  all: readonly ReportCell[],
  { bench, files, width }: Context,
): string[] {
  if (!/\.(?:c|h|litmus)$/.test(files.get(cell.test) ?? '')) return [];
  const wanted = cell.expected.replace('violates:', '');
  const ran = all.filter(({ test, variant }) => test === cell.test && variant === cell.variant);
  const found = ran.flatMap(({ arch, verdict, invariant }) => {
    const plugin = bench.registry.archs.find(({ id }) => id === arch);
    return plugin === undefined ? [] : [{ plugin, breaks: verdict === 'violates' && invariant === wanted }];
  });
  if (!found.some(({ breaks }) => breaks) || found.every(({ breaks }) => breaks)) return [];
  const fits = ({ is }: Term): boolean => found.every(({ plugin, breaks }) => is(plugin) === breaks);
  const one = TERMS.filter(fits);
  const said =
    one.length > 0 ? one : [...both('and', (a, b) => a && b), ...both('or', (a, b) => a || b)].filter(fits);
  if (said.length === 0) return [];
  const some = said.slice(0, 3).map(({ text }) => `if ${text}`);
  const choice = some.length > 1 ? '; take the one that is the reason' : '';
  return wrap(`it breaks exactly ${some.join(', or ')}${choice}`, width - 2).map((line) => `  ${line}`);
}
