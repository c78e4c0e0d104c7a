import type { TraceEvent } from '../schema.js';
import { agentName, changed } from '../typed.js';
import { type HintRule, step } from './rule.js';

/** Locks taken and never released, and who holds them. */
export const lockHeld: HintRule = (trace) => {
  if (trace.fault?.code !== 'LIVE') return [];
  const held = new Map<string, TraceEvent>();
  for (const event of trace.events) {
    for (const access of event.cells) {
      const { cell } = access;
      if (event.kind === 'unlock') held.delete(cell);
      else if (event.kind === 'lock' || (event.kind === 'trylock' && changed(access))) held.set(cell, event);
    }
  }
  return [...held].map(
    ([cell, event]) =>
      `${agentName(trace, event.agent)} took ${cell} at ${step(event)} and never released it`,
  );
};
