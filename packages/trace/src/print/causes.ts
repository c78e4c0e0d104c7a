/** What a fault hangs on, in words, and which rows belong to it. */
import type { Row } from '../fold.js';
import type { Trace } from '../schema.js';

/** Whether a row has a step that matters where it is. */
export function inChain({ causes }: Trace, { first, count }: Row): boolean {
  return causes?.chain?.some((index) => index >= first && index < first + count) ?? false;
}

/** Since when nothing can save the execution. */
export function doomedText({ causes, fault, events }: Trace): string | null {
  const since = causes?.brokenSince;
  if (since === undefined || fault === null) return null;
  if (since === null) return `from the start: every execution breaks an invariant`;
  if (since === (fault.step ?? events.length - 1)) return null;
  return `since step ${since + 1}: whatever comes after it, an invariant breaks`;
}

/** Names and texts of what is known; with `all`, also why something is not. */
export function causesText(trace: Trace, all: boolean): [name: string, text: string][] {
  const doomed = doomedText(trace);
  const { unsure = [] } = trace.causes ?? {};
  return [
    ...(doomed === null ? [] : [['doomed', doomed] as [string, string]]),
    ...(all ? unsure.map((text): [string, string] => ['unsure', text]) : []),
  ];
}
