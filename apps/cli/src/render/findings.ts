/** Where Linux itself breaks: what was found, for a terminal, a page, and other tools. */
import type { ConformanceReport, ReportCell } from '@racewalk/conformance/matrix';
import { foldEvents, type Trace } from '@racewalk/trace';
import { count, wrap } from './numbers.js';

/** What a release of Linux breaks for one reason: the races that show it, and on which architectures. */
export interface Finding {
  /** The race with the shortest counterexample. */
  readonly test: string;
  /** All races, `test` among them. */
  readonly tests: readonly string[];
  /** `linux:RELEASE`. */
  readonly variant: string;
  readonly invariant: string;
  readonly archs: readonly string[];
  /** Where the release differs from upstream: `FILE: FUNCTION(), …`. */
  readonly kernel: string;
  readonly why: string;
  readonly known: string;
  /** Where the question comes from. */
  readonly source: string;
  /** Architecture of the counterexample. */
  readonly arch: string;
  /** The shortest counterexample: a line a step. */
  readonly steps: readonly string[];
  /** What broke in it. */
  readonly message: string;
  readonly token?: string;
}

/** What a run of the races of Linux came to. */
export interface Findings {
  readonly found: readonly Finding[];
  /** Cells that break. */
  readonly cells: number;
  /** Cells in which Linux differs from upstream and holds all the same. */
  readonly holds: number;
  /** Cells that did not come to what theory says. */
  readonly unexpected: readonly string[];
}

/** The steps that matter, one line each: `zap: ptep_get pte[0] → clean`. */
function stepsOf(trace: Trace): string[] {
  const names = trace.agents.map(({ name }) => name);
  return foldEvents(trace)
    .filter((row) => row.fault || row.lines.some(({ does }) => does !== 'observe' && does !== 'choose'))
    .flatMap((row) => {
      const texts = row.lines.map(({ label, text }) => `${label}${text === '' ? '' : ` ${text}`}`);
      const lines = row.loop === '' ? texts : [`${row.loop}: ${texts.join('; ')}`];
      return lines.map((text) => `${names[row.agent] ?? '?'}: ${text}`);
    });
}

const lengthOf = ({ trace }: ReportCell): number => trace?.events.length ?? Number.POSITIVE_INFINITY;

function findingOf(cells: readonly ReportCell[]): Finding[] {
  const [cell] = [...cells].sort((a, b) => lengthOf(a) - lengthOf(b));
  if (cell === undefined) return [];
  const {
    test,
    arch,
    variant,
    invariant = '',
    kernel = '',
    reason = '',
    known = '',
    source,
    trace,
    token,
  } = cell;
  return [
    {
      test,
      tests: [...new Set(cells.map((c) => c.test))],
      variant,
      invariant,
      archs: [...new Set(cells.map((c) => c.arch))],
      kernel,
      why: reason,
      known,
      source,
      arch,
      steps: trace === undefined ? [] : stepsOf(trace),
      message: trace?.fault?.message ?? '',
      ...(token === undefined ? {} : { token }),
    },
  ];
}

/** What broke, one finding for each release, invariant, place in the kernel and reason. */
export function findingsOf(report: ConformanceReport): Findings {
  const groups = new Map<string, ReportCell[]>();
  for (const cell of report.cells) {
    if (cell.verdict !== 'violates') continue;
    const key = JSON.stringify([cell.variant, cell.invariant, cell.kernel, cell.reason]);
    groups.set(key, [...(groups.get(key) ?? []), cell]);
  }
  return {
    cells: report.cells.filter(({ verdict }) => verdict === 'violates').length,
    found: [...groups.values()].flatMap(findingOf),
    holds: report.cells.filter(({ verdict }) => verdict === 'holds').length,
    unexpected: report.cells
      .filter(({ asExpected }) => !asExpected)
      .map((c) =>
        `${c.test} ${c.variant} ${c.arch}: expected ${c.expected}, found ${c.verdict} ${c.invariant ?? ''}`.trim(),
      ),
  };
}

const headline = ({ found, cells, holds }: Findings): string =>
  `${count(found.length, 'finding')}: Linux breaks in ${count(cells, 'cell')}, and holds in ${holds} in which it differs from upstream`;

/** Further races that show the same, or nothing. */
const others = ({ test, tests }: Finding): string[] => tests.filter((other) => other !== test);

function text(findings: Findings, width: number): string {
  const out: string[] = [headline(findings), ''];
  for (const f of findings.found) {
    out.push(`✗ ${f.invariant}  ${f.test}  ${f.variant}  on ${f.archs.join(', ')}`);
    out.push(...wrap(`in ${f.kernel}`, width - 2).map((line) => `  ${line}`));
    out.push(...wrap(`why: ${f.why}`, width - 2, '     ').map((line) => `  ${line}`));
    if (others(f).length > 0)
      out.push(...wrap(`also: ${others(f).join(', ')}`, width - 2, '      ').map((line) => `  ${line}`));
    out.push(...wrap(`known: ${f.known}`, width - 2, '       ').map((line) => `  ${line}`), '');
    for (const step of f.steps) out.push(...wrap(step, width - 4, '  ').map((line) => `    ${line}`));
    out.push(...wrap(f.message, width - 6).map((line) => `      ${line}`));
    out.push('', `  racewalk explain ${f.test} --arch ${f.arch} --variant ${f.variant}`, '');
  }
  out.push(...findings.unexpected.map((line) => `‼ ${line}`), headline(findings));
  return `${out.join('\n')}\n`;
}

function markdown(findings: Findings): string {
  const out = [
    '# Where Linux itself breaks, by this model',
    '',
    'A race has up to three kinds of variants: `upstream`, the protocol as proposed or repaired; `mutant:NAME`, with a bug',
    'put back; and `linux:RELEASE`, what that kernel does where it differs from upstream. These are the releases that break',
    'an invariant, each with its shortest counterexample. By this model: a finding says what an interleaving of the modelled',
    'steps can do, not that somebody has seen it. What is known about it stands beside it.',
    '',
    `${headline(findings)}. Made by \`racewalk findings\`, with \`npm run docs:findings\`; do not edit.`,
    '',
    '| breaks | race | release | plug-ins | place |',
    '|---|---|---|---|---|',
    ...findings.found.map(
      (f) =>
        `| ${f.invariant} | [\`${f.test}\`](#${anchor(f)})${others(f)
          .map((other) => `, \`${other}\``)
          .join('')} | ${f.variant.slice('linux:'.length)} | ${f.archs.join(', ')} | \`${f.kernel}\` |`,
    ),
    '',
  ];
  for (const f of findings.found) {
    out.push(`## ${title(f)}`, '', `${sentence(f.why)} On ${f.archs.join(', ')}.`, '');
    out.push(`- place: \`${f.kernel}\``, `- known: ${f.known}`, `- question: ${f.source}`, '');
    out.push('```', ...f.steps, `  ${f.message}`, '```', '');
    out.push(`\`racewalk explain ${f.test} --arch ${f.arch} --variant ${f.variant}\``, '');
  }
  return `${out.join('\n').trimEnd()}\n`;
}

const title = (f: Finding): string => `${f.invariant} ${f.test} ${f.variant} ${f.arch}`;

/** As GitHub makes it of a heading. */
const anchor = (f: Finding): string =>
  title(f)
    .toLowerCase()
    .replace(/[^a-z0-9 _-]/g, '')
    .replaceAll(' ', '-');

const sentence = (words: string): string =>
  `${words.charAt(0).toUpperCase()}${words.slice(1).replace(/\.$/, '')}.`;

/** The forms of the list. */
export const FINDINGS: Readonly<
  Record<'text' | 'markdown' | 'json', (f: Findings, width: number) => string>
> = {
  text,
  markdown,
  json: (findings) => `${JSON.stringify({ schema: 'racewalk.findings/1', ...findings }, null, 1)}\n`,
};
