/**
 * What the words of a label or a value say. The only place that knows how plug-ins spell things.
 */
import type { TraceAccess, TraceEvent, TraceV1 } from './schema.js';

/** True for a step that removes translations: `tlbi 0..3`, `flushTlbRange cpu1`, `IPI cpu1: flush`. */
export function isFlush(label: string): boolean {
  return /\b(tlbi|invlpg|shootdown|flush|tlb\w*flush|flush_?(tlb|pte|range|page|all))|clear_?flush/i.test(
    label,
  );
}

/** True for a step that waits until invalidations are complete: `dsb`, `tlbSync`. */
export function isCompletion(label: string): boolean {
  return /\b(dsb|tlb_?sync|sync_?tlb)/i.test(label);
}

/** The words of a value, in lower case. `pfn 0x40` counts as one. */
export function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/pfn\s+\S+|[^\s,]+/g) ?? [];
}

/** Words of `to` that `from` has not. */
export function gained(from: string, to: string): string[] {
  const had = new Set(wordsOf(from));
  return wordsOf(to).filter((word) => !had.has(word));
}

/** True for the value of an entry the hardware would walk through. */
export function isLive(text: string): boolean {
  return wordsOf(text).some((word) => LIVE.has(word));
}

const LIVE: ReadonlySet<string> = new Set(['valid', 'present', 'ro', 'rw']);

/** True for the text of an empty word: `none`, `clear`, `empty`, `invalid`, `0`, nothing. */
export function isEmpty(text: string): boolean {
  return /^(|-|0|0x0+|none|clear(ed)?|empty|invalid|free|∅)$/i.test(text.trim());
}

/** True if the step changed this word. */
export function changed(access: TraceAccess): boolean {
  return access.before !== access.after || (access.beforeRaw ?? 0) !== (access.afterRaw ?? 0);
}

/** What a step did to a word, if it touched it. */
export function accessTo(event: TraceEvent, cell: string): TraceAccess | undefined {
  return event.cells.find((access) => access.cell === cell);
}

/** The short name of an agent, also of one that was never declared. */
export function agentName(trace: TraceV1, id: number): string {
  return trace.agents.find((agent) => agent.id === id)?.name ?? `agent ${id}`;
}
