/**
 * The seam of the memory models. A model says which agents there are (threads, store buffers), when an
 * agent's next step can be taken, what it does, and with which footprint. A weak model is a third pair
 * of functions here; the searches see agents and footprints only.
 */
import type { Machine } from './machine.js';
import { enabledSc, executeSc } from './sc.js';
import { enabledTso, executeTso } from './tso.js';

/** Whether `agent` can take its next step now. */
export function enabled(m: Machine, agent: number): boolean {
  return m.buffers === null ? enabledSc(m, agent) : enabledTso(m, agent);
}

/** Take the next step of `agent`, which must be enabled; `choice` is the alternative at a CHOOSE. */
export function execute(m: Machine, agent: number, choice: number): void {
  if (m.buffers === null) executeSc(m, agent, choice);
  else executeTso(m, agent, choice);
}
