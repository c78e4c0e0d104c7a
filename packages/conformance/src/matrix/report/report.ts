/**
 * From results to a report, and sums of reports.
 */
import { RacewalkError } from '@racewalk/core';
import { hasHandlers, inOrderOnly, type Params } from '@racewalk/machine';
import { derivedOmissions, NEVER_MODELLED } from '../../explain/omissions.js';
import { pluginProblems } from '../../suite/plugin-problems.js';
import { VERSION } from '../../version.js';
import { agrees, keyOf, refOf } from '../plan/cell.js';
import type { Plan } from '../plan/plan.js';
import type { CellResult } from '../run/cell.js';
import { missed } from '../run/outcome.js';
import type { SuiteResult } from '../run/suite.js';
import { REPORT_SCHEMA } from '../schema/names.js';
import type {
  ConformanceReport,
  ReportArch,
  ReportCell,
  ReportLess,
  ReportOrder,
  ReportSummary,
} from '../schema/report.js';
import { withElsewhere } from './elsewhere.js';
import { withoutOutside } from './outside.js';
import { mergeShards } from './shards.js';

/** Where the run took place; given by the caller, because a library does not look around. */
export interface Host {
  /** `process.version`. */
  readonly node: string;
  readonly cpus: number;
}

const milli = (ms: number): number => Math.round(ms * 10) / 10;

/** A finished cell as reports have it; fields in the order in which they stand in the file. */
export function reportCell(result: CellResult): ReportCell {
  const { cell, detail, verdict, invariant, asExpected, bound, token, trace, ...work } = result;
  const { executions, blocked, steps, states, ms, ...added } = work;
  const { source, expected, linux, kernel, known } = cell;
  // What was expected of a cell, and why, says nothing of one that was not decided.
  const reason = detail ?? missed(result) ?? (verdict === 'bounded' ? undefined : cell.reason);
  return {
    ...refOf(cell),
    source,
    expected,
    verdict,
    ...(invariant === undefined ? {} : { invariant }),
    ...(reason === undefined ? {} : { reason }),
    asExpected,
    ...(linux === undefined ? {} : { linux }),
    ...(kernel === undefined ? {} : { kernel }),
    ...(known === undefined ? {} : { known }),
    ...(verdict !== 'not-applicable' && (inOrderOnly(cell.plugin) || hasHandlers(cell.scenario))
      ? { order: 'sc' as const }
      : {}),
    executions,
    blocked,
    steps,
    ...(states === undefined ? {} : { states }),
    ms: milli(ms),
    ...(bound === undefined ? {} : { bound }),
    ...(token === undefined ? {} : { token }),
    ...(trace === undefined ? {} : { trace }),
    ...added,
  };
}

/** What cells of one race say of each other. */
const together = (cells: readonly ReportCell[]): ReportCell[] => withElsewhere(withoutOutside(cells));

/** Add up cells. */
export function summarize(cells: readonly ReportCell[], ms: number): ReportSummary {
  const count = (test: (cell: ReportCell) => boolean) => cells.filter(test).length;
  const sum = (value: (cell: ReportCell) => number) => cells.reduce((n, cell) => n + value(cell), 0);
  return {
    cells: cells.length,
    asExpected: count((c) => c.asExpected && c.verdict !== 'not-applicable'),
    unexpected: count((c) => !c.asExpected && c.verdict !== 'bounded'),
    notApplicable: count((c) => c.asExpected && c.verdict === 'not-applicable'),
    bounded: count((c) => c.verdict === 'bounded'),
    executions: sum((c) => c.executions),
    steps: sum((c) => c.steps),
    ms: milli(ms),
  };
}

const sizeText = (at: Params): string =>
  Object.entries(at)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');

/** By test, so that the order of parts does not matter. */
const inOrder = (less: readonly ReportLess[]): ReportLess[] =>
  [...less].sort((a, b) => (`${a.test} ${a.hardware}` < `${b.test} ${b.hardware}` ? -1 : 1));

/** What the races that took part leave out. */
function lessOf(plan: Plan): { lessHardware?: readonly ReportLess[] } {
  const scenarios = new Map(plan.cells.map(({ scenario }) => [scenario.id, scenario.less ?? []]));
  const lessHardware = [...scenarios].flatMap(([test, less]) =>
    less.map(({ hardware, why, at }) => ({
      test,
      hardware,
      why,
      ...(at === undefined ? {} : { at: sizeText(at) }),
    })),
  );
  return lessHardware.length === 0 ? {} : { lessHardware: inOrder(lessHardware) };
}

/** Races with an order of their own, and the plug-ins that have it only there. */
function ownOrders({ cells, archs }: Plan): { ownOrders?: readonly ReportOrder[] } {
  const found = new Map<string, Set<string>>();
  for (const { test, arch, plugin, expected } of cells) {
    if (
      expected === 'not-applicable' ||
      archs.some(({ id, memory }) => id === arch && memory === plugin.memory)
    )
      continue;
    const key = JSON.stringify([test, plugin.memory]);
    found.set(key, (found.get(key) ?? new Set()).add(arch));
  }
  const ownOrders = [...found].map(([key, on]): ReportOrder => {
    const [test, memory] = JSON.parse(key) as [string, string];
    return { test, memory, archs: [...on].sort() };
  });
  return ownOrders.length === 0 ? {} : { ownOrders };
}

/** Those of two parts of a run, by test. */
function sameOrders(a: readonly ReportOrder[] = [], b: readonly ReportOrder[] = []): ReportOrder[] {
  const all = new Map<string, ReportOrder>();
  for (const order of [...a, ...b]) {
    const key = `${order.test} ${order.memory}`;
    all.set(key, { ...order, archs: [...new Set([...order.archs, ...(all.get(key)?.archs ?? [])])].sort() });
  }
  return [...all].sort(([x], [y]) => (x < y ? -1 : 1)).map(([, order]) => order);
}

/** The report of a run. The plug-ins that took part are checked for claims that are not so. */
export function reportOf(suite: SuiteResult, host: Host): ConformanceReport {
  const { plan } = suite;
  const cells = together(suite.results.map(reportCell));
  const problems = [...plan.archs.flatMap(pluginProblems), ...plan.problems];
  return {
    schema: REPORT_SCHEMA,
    archs: plan.archs.map(
      (arch): ReportArch => ({
        id: arch.id,
        title: arch.title,
        capabilities: arch.capabilities,
        memory: arch.memory,
        omits: arch.omits,
        notModelled: derivedOmissions(arch),
        ...(arch.survives === undefined ? {} : { survives: [...arch.survives] }),
      }),
    ),
    cells,
    summary: summarize(cells, suite.ms),
    notModelled: NEVER_MODELLED,
    ...lessOf(plan),
    ...ownOrders(plan),
    ...(problems.length === 0 ? {} : { problems }),
    ...(suite.interrupted ? { interrupted: true } : {}),
    version: VERSION,
    node: host.node,
    host: { cpus: host.cpus },
  };
}

/**
 * The report of a run that went on where an earlier one stopped: with the cells the earlier one had
 * finished, all in the order of `plan`, which is the whole plan.
 */
export function resumedReport(
  report: ConformanceReport,
  finished: readonly ReportCell[],
  plan: Plan,
  ms: number,
): ConformanceReport {
  const known = new Map([...finished, ...report.cells].map((cell) => [keyOf(cell), cell]));
  const cells = together(plan.cells.flatMap((cell) => known.get(keyOf(cell)) ?? []));
  return { ...report, cells, summary: summarize(cells, report.summary.ms + ms) };
}

/** The report with every cell judged anew by what was expected and what was found, and the totals of that. */
export function rejudged(report: ConformanceReport): ConformanceReport {
  const cells = report.cells.map((cell) => {
    return { ...cell, asExpected: agrees(cell.expected, cell) };
  });
  return { ...report, cells, summary: summarize(cells, report.summary.ms) };
}

/**
 * One report for two parts of a run. Associative; cells are put in the order of their names, so that
 * the order of the parts does not matter either. Of the host, the first part's is kept.
 *
 * @throws RacewalkError `RACEWALK_MERGE` if both parts have the same cell, or are of different runs or versions
 */
export function mergeReports(a: ConformanceReport, b: ConformanceReport): ConformanceReport {
  if (a.version !== b.version) {
    const versions = `${a.version} and ${b.version}`;
    throw new RacewalkError('RACEWALK_MERGE', `the reports are of different versions: ${versions}`, {
      hint: 'make all parts with one version',
    });
  }
  const shards = mergeShards(a.shards, b.shards);
  const known = new Set(a.cells.map(keyOf));
  const twice = b.cells.find((cell) => known.has(keyOf(cell)));
  if (twice !== undefined) {
    throw new RacewalkError('RACEWALK_MERGE', `two reports have the cell ${keyOf(twice)}`, {
      hint: 'merge the parts of one run, each made with its own --shard i/n',
    });
  }
  const archs = [...a.archs, ...b.archs.filter((arch) => !a.archs.some((other) => other.id === arch.id))];
  const order = (x: ReportCell, y: ReportCell) => (keyOf(x) < keyOf(y) ? -1 : 1);
  const cells = together([...a.cells, ...b.cells].sort(order));
  const problems = [...new Set([...(a.problems ?? []), ...(b.problems ?? [])])].sort();
  const less = new Map(
    [...(a.lessHardware ?? []), ...(b.lessHardware ?? [])].map((l) => [`${l.test} ${l.hardware}`, l]),
  );
  const orders = sameOrders(a.ownOrders, b.ownOrders);
  return {
    ...a,
    archs,
    cells,
    ...(orders.length === 0 ? {} : { ownOrders: orders }),
    ...(less.size === 0 ? {} : { lessHardware: inOrder([...less.values()]) }),
    summary: summarize(cells, a.summary.ms + b.summary.ms),
    ...(problems.length === 0 ? {} : { problems }),
    ...(a.interrupted || b.interrupted ? { interrupted: true } : {}),
    ...(shards === undefined ? {} : { shards }),
  };
}

/**
 * 0: every cell as expected; 1: some cell not as expected, or the suite itself at fault; 3: some cell
 * bounded and none unexpected. A run of nothing is not a success: 1.
 */
export function exitCodeOf(report: ConformanceReport): 0 | 1 | 3 {
  const { summary } = report;
  if (summary.unexpected > 0 || (report.problems ?? []).length > 0) return 1;
  if (summary.bounded > 0) return 3;
  return summary.asExpected > 0 ? 0 : 1;
}
