/** What is not modelled: in the words of the plug-ins, and by what can be seen without asking them. */
import type { ConformanceReport } from '@racewalk/conformance/matrix';
import { inOrderOnly } from '@racewalk/machine';
import type { Context } from '../context.js';
import { count, wrap } from './numbers.js';

const SILENT = 'nothing, so it says itself';

/** Ids with the same text share a paragraph. */
function paragraphs(rows: readonly (readonly [id: string, text: string])[]): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const [id, text] of rows) found.set(text, [...(found.get(text) ?? []), id]);
  return found;
}

/**
 * Plug-ins that leave out the same share a paragraph, and of each item only what stands before the colon,
 * unless `all` is wanted. What no plug-in models comes first; what follows from the parts of each comes last,
 * so that a plug-in which keeps silent is seen to.
 */
export function omissions(report: ConformanceReport, context: Context, all: boolean): string[] {
  const short = (item: string) => (all ? item : item.replace(/: .*$/s, ''));
  const own = paragraphs(
    report.archs.map(({ id, omits }) => [id, omits.map(short).join('; ') || SILENT] as const),
  );
  const derived = paragraphs(
    report.archs.flatMap(({ id, notModelled = [] }) =>
      notModelled.length === 0 ? [] : [[id, notModelled.join('; ')] as const],
    ),
  );
  const everywhere = report.notModelled ?? [];
  const { colors } = context;
  const lines = (text: string, paint: (line: string) => string) =>
    wrap(text, context.width - 2, '  ').map((line) => paint(`  ${line}`));
  return [
    ...(everywhere.length === 0 ? [] : lines(`anywhere: ${everywhere.join('; ')}`, colors.dim)),
    ...[...paragraphs(less(report))].flatMap(([text, ids]) =>
      lines(`${ids.join(', ')}: ${text}`, colors.dim),
    ),
    ...[...own].flatMap(([text, ids]) =>
      lines(`${ids.join(', ')}: ${text}`, text === SILENT ? colors.red : colors.dim),
    ),
    ...[...derived].flatMap(([text, ids]) => lines(`${ids.join(', ')}, by its parts: ${text}`, colors.dim)),
  ];
}

/** The same as entries of a list, each with whom it is about. */
export function omissionEntries(report: ConformanceReport): { name: string; says: string }[] {
  return [
    { name: 'anywhere', says: (report.notModelled ?? []).join('; ') },
    ...report.archs.map(({ id, omits }) => ({ name: id, says: omits.join('; ') || SILENT })),
    ...report.archs.map(({ id, notModelled = [] }) => ({
      name: `${id}, by its parts`,
      says: notModelled.join('; '),
    })),
    ...less(report).map(([name, says]) => ({ name, says })),
  ].filter(({ says }) => says !== '');
}

/** Things that are not modelled, counted: what no plug-in models, what each says, what races leave out. */
const countOf = ({ notModelled = [], archs, lessHardware = [] }: ConformanceReport): number =>
  notModelled.length + archs.reduce((n, { omits }) => n + omits.length, 0) + lessHardware.length;

/** One line: how much is not modelled, and what prints it. */
export function omissionsLine(report: ConformanceReport, { modules }: Context): string {
  const { archs, scenarios } = modules;
  const parts = [
    'racewalk list omits',
    ...(archs.length === 0 ? [] : [`--arch ${archs.join(',')}`]),
    ...(scenarios === null ? [] : [`--scenarios ${scenarios.file}`]),
  ];
  return `not modelled: ${count(countOf(report), 'thing')}, which ${parts.join(' ')} prints`;
}

/** Races of each architecture that were explored in order: the weak order takes too long, or they have handlers of interrupts. */
function inOrderText(
  ids: readonly string[],
  orders: NonNullable<ConformanceReport['ownOrders']>,
): string | null {
  const found = ids.flatMap((id) => {
    const races = orders.filter(({ memory, archs }) => memory === 'sc' && archs.includes(id));
    if (races.length === 0) return [];
    return [
      races.length <= FEW
        ? `${races.map(({ test }) => test).join(', ')} on ${id}`
        : `${races.length} races on ${id}`,
    ];
  });
  return found.length === 0 ? null : found.join(', ');
}

/** Races that are named, not counted. */
const FEW = 3;

/** Which verdicts are of an order that the hardware does not keep; empty if none. */
export function orderLines(
  { archs, ownOrders = [] }: Pick<ConformanceReport, 'archs' | 'ownOrders'>,
  width: number,
): string[] {
  const ids = archs.filter(inOrderOnly).map(({ id }) => id);
  const but = ownOrders.map(({ test, memory }) => `${test} (${memory})`);
  const except = but.length === 0 ? '' : `, but for ${but.join(', ')}`;
  const some = inOrderText(
    archs.filter(({ memory }) => memory !== 'sc').map(({ id }) => id),
    ownOrders,
  );
  const lines = [
    ...(ids.length === 0
      ? []
      : [`in order: ${ids.join(', ')}${except}; the hardware is weaker, and --memory weak explores that`]),
    ...(some === null
      ? []
      : [
          `in order: ${some}; there the weak order takes too long (--memory weak, or the nightly run), or handlers of interrupts are followed`,
        ]),
  ];
  return lines.flatMap((line) => wrap(line, width, '  '));
}

/** What the races of a small run leave out of the hardware, with the reasons. */
export function ownOmissions(report: ConformanceReport, { colors, width }: Context): string[] {
  const rows = [...paragraphs(less(report))].flatMap(([text, ids]) =>
    wrap(`${ids.join(', ')}: ${text}`, width - 2, '  ').map((line) => colors.dim(`  ${line}`)),
  );
  return rows.length === 0 ? [] : ['left out of the hardware:', ...rows, ''];
}

/** Races that leave out hardware, with what and why. */
const less = (report: ConformanceReport) =>
  (report.lessHardware ?? []).map(
    ({ test, hardware, why, at }) =>
      [at === undefined ? test : `${test} at ${at}`, `without ${hardware}: ${why}`] as const,
  );

/** The same as list items of Markdown. */
export function omissionItems(report: ConformanceReport): string[] {
  const everywhere = report.notModelled ?? [];
  return [
    ...(everywhere.length === 0 ? [] : [`- anywhere: ${everywhere.join('; ')}`]),
    ...[...paragraphs(less(report))].map(([text, ids]) => `- ${ids.join(', ')}: ${text}`),
    ...report.archs.map(({ id, omits }) => `- \`${id}\`: ${omits.join('; ') || `**${SILENT}**`}`),
    ...report.archs.flatMap(({ id, notModelled = [] }) =>
      notModelled.length === 0 ? [] : [`- \`${id}\`, by its parts: ${notModelled.join('; ')}`],
    ),
  ];
}
