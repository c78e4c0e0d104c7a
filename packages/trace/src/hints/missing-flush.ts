import type { Does } from '@racewalk/core/step';
import type { Trace, TraceEvent } from '../schema.js';
import { agentName, changed, isLive, isZero, roleIn } from '../typed.js';
import { type HintRule, step, stepBy, type Touch, touchesOf } from './rule.js';

/** A translation that was there although the entry had changed since it was cached. */
interface StaleUse {
  readonly change: TraceEvent;
  /** Where it was used, or somebody relied on nobody having it. */
  readonly use: TraceEvent;
  /** The word that held it. */
  readonly tlb: string;
  /** Name of the entry. */
  readonly entry: string;
}

const invalidates = ({ does }: TraceEvent) => does === 'issue' || does === 'invalidate';

/** Steps that show whether a translation is still there. */
const TELLS: ReadonlySet<Does> = new Set(['use', 'look-up', 'complete', 'free']);

/** A user must have been surprised: who changed the entry itself knows. */
const isUse = ({ does }: TraceEvent) => does === 'use' || does === 'look-up';

const nameOf = ({ table, index }: { readonly table: string; readonly index: number }) => `${table}[${index}]`;

/** The change of an entry that made the cached one stale: the last one since it was filled. */
function changeBefore(trace: Trace, use: Touch, entry: string): TraceEvent | undefined {
  const filled = touchesOf(trace, use.access.cell).findLast(
    (touch) => touch.event.index < use.event.index && changed(touch.access),
  );
  const since = filled?.event.index ?? -1;
  return trace.events
    .slice(since + 1, use.event.index)
    .findLast(
      ({ agent, entries = [] }) =>
        (agent !== use.event.agent || !isUse(use.event)) &&
        entries.some((e) => nameOf(e) === entry && e.before !== e.after && isLive(trace, e.before)),
    );
}

function staleUses(trace: Trace): StaleUse[] {
  const until = trace.fault?.step ?? trace.events.length - 1;
  return trace.events.slice(0, until + 1).flatMap((event) =>
    event.cells.flatMap((access) => {
      if (!TELLS.has(event.does)) return [];
      const role = roleIn(trace, access.cell);
      if (role.is !== 'tlb' && role.is !== 'device-tlb') return [];
      if (changed(access) || isZero(access.was)) return [];
      const change = changeBefore(trace, { event, access }, nameOf(role));
      return change ? [{ change, use: event, tlb: access.cell, entry: nameOf(role) }] : [];
    }),
  );
}

function lastUse(trace: Trace) {
  const found = trace.fault ? staleUses(trace).at(-1) : undefined;
  if (!found) return undefined;
  const between = trace.events.slice(found.change.index + 1, found.use.index);
  return { ...found, flush: between.findLast(invalidates) };
}

function stillThere(trace: Trace, { use, tlb }: StaleUse): string {
  return isUse(use)
    ? `where ${agentName(trace, use.agent)} still used the old translation`
    : `when ${tlb} still held the old translation`;
}

/** The entry changed, nobody invalidated, and the old translation was used. */
export const missingFlush: HintRule = (trace) => {
  const found = lastUse(trace);
  if (!found || found.flush) return [];
  return [
    `no flush between ${stepBy(trace, found.change)}, which changed ${found.entry}, and ` +
      `${step(found.use)}, ${stillThere(trace, found)}`,
  ];
};

/** An invalidation was issued, but nobody waited for it before the old translation was used. */
export const unfinishedFlush: HintRule = (trace) => {
  const found = lastUse(trace);
  // Only a broadcast needs a barrier; an IPI or an own invlpg is over when the step is.
  if (found?.flush?.does !== 'issue') return [];
  const { flush, use } = found;
  const waited = trace.events
    .slice(flush.index + 1, use.index)
    .some((event) => event.does === 'barrier' && event.agent === flush.agent);
  if (waited) return [];
  return [
    `${stepBy(trace, flush)} issued the invalidation, but nothing waited for it (no dsb) before ` +
      `${step(use)}, ${stillThere(trace, found)}`,
  ];
};
