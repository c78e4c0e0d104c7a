/** Which parts of a run a report has. */
import { RacewalkError } from '@racewalk/core';
import type { ConformanceReport, ReportShards } from '../schema/report.js';

/**
 * The parts of two reports together; a report that is no part of anything adds none.
 *
 * @throws RacewalkError `RACEWALK_MERGE` if they are parts of different runs
 */
export function mergeShards(a?: ReportShards, b?: ReportShards): ReportShards | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  if (a.run !== b.run || a.count !== b.count) {
    const names = [a, b].map(({ run, count }) => `${count} parts of ${run}`).join(' and ');
    throw new RacewalkError('RACEWALK_MERGE', `the reports are parts of different runs: ${names}`, {
      hint: 'merge the parts of one run: the same version and options, but for --shard i/n',
    });
  }
  const parts = [...new Set([...a.parts, ...b.parts])].sort((x, y) => x - y);
  return { run: a.run, count: a.count, parts };
}

/** Numbers of the parts that are not in the report, from 1; none if the run was not made in parts. */
export function missingShards({ shards }: Pick<ConformanceReport, 'shards'>): number[] {
  if (shards === undefined) return [];
  const all = Array.from({ length: shards.count }, (_, i) => i + 1);
  return all.filter((part) => !shards.parts.includes(part));
}
