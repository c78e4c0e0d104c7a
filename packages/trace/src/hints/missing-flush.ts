import { agentName, changed, isCompletion, isEmpty, isFlush, isLive } from '../labels.js';
import type { TraceEvent, TraceV1 } from '../schema.js';
import { type HintRule, step, stepBy, type Touch, touchesOf } from './rule.js';

// `tlb1[3]` caches `pte[3]`, `tlb1:pte2[3]` caches `pte2[3]`.
const TLB = /^tlb\w*?(?::(\w+))?\[(\d+)\]$/i;

/** A translation that was used although the entry had changed since it was cached. */
interface StaleUse {
  readonly change: TraceEvent;
  readonly use: TraceEvent;
  readonly cell: string;
}

const invalidates = (event: TraceEvent) => event.kind !== 'flush' && isFlush(event.label);

/** The change of `pte[i]` that made the cached entry stale: the last one since it was filled. */
function changeBefore(trace: TraceV1, use: Touch, cell: string): TraceEvent | undefined {
  const filled = touchesOf(trace, use.access.cell).findLast(
    (touch) => touch.event.index < use.event.index && changed(touch.access),
  );
  const after = filled?.event.index ?? -1;
  return touchesOf(trace, cell).findLast(
    ({ event, access }) =>
      event.index > after &&
      event.index < use.event.index &&
      event.agent !== use.event.agent &&
      changed(access) &&
      isLive(access.before),
  )?.event;
}

function staleUses(trace: TraceV1): StaleUse[] {
  const until = trace.fault?.step ?? trace.events.length - 1;
  return trace.events.slice(0, until + 1).flatMap((event) =>
    event.cells.flatMap((access) => {
      const [, table = 'pte', index] = TLB.exec(access.cell) ?? [];
      if (index === undefined || changed(access) || isEmpty(access.before) || invalidates(event)) return [];
      const cell = `${table}[${index}]`;
      const change = changeBefore(trace, { event, access }, cell);
      return change ? [{ change, use: event, cell }] : [];
    }),
  );
}

function lastUse(trace: TraceV1) {
  const found = trace.fault ? staleUses(trace).at(-1) : undefined;
  if (!found) return undefined;
  const between = trace.events.slice(found.change.index + 1, found.use.index);
  return { ...found, flush: between.findLast(invalidates) };
}

/** The entry changed, nobody invalidated, and the old translation was used. */
export const missingFlush: HintRule = (trace) => {
  const found = lastUse(trace);
  if (!found || found.flush) return [];
  return [
    `no flush between ${stepBy(trace, found.change)}, which changed ${found.cell}, and ` +
      `${step(found.use)}, where ${agentName(trace, found.use.agent)} still used the old translation`,
  ];
};

/** An invalidation was issued, but nobody waited for it before the old translation was used. */
export const unfinishedFlush: HintRule = (trace) => {
  const found = lastUse(trace);
  if (!found?.flush) return [];
  const { flush, use } = found;
  const waited = trace.events.slice(flush.index + 1, use.index).some((event) => isCompletion(event.label));
  // Only a broadcast needs a barrier; an IPI or an own invlpg is over when the step is.
  if (waited || isCompletion(flush.label) || !/\btlbi\b/i.test(flush.label)) return [];
  return [
    `${stepBy(trace, flush)} issued the invalidation, but nothing waited for it (no dsb) before ` +
      `${step(use)}, where ${agentName(trace, use.agent)} still used the old translation`,
  ];
};
