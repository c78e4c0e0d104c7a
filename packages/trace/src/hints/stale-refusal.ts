import type { Trace, TraceEvent } from '../schema.js';
import { agentName, isLive, isZero, roleIn } from '../typed.js';
import type { HintRule } from './rule.js';

/** Words of TLBs that a look-up found something in. */
const foundIn = (trace: Trace, { does, cells }: TraceEvent) =>
  does === 'look-up' ? cells.filter(({ cell, was }) => roleIn(trace, cell).is === 'tlb' && !isZero(was)) : [];

/**
 * An access is refused for ever by what a TLB holds, although the table allows it by now. What helps depends on what the
 * entry was before: it forbade the access, or it was not valid.
 */
export const staleRefusal: HintRule = (trace) => {
  if (trace.fault?.code !== 'LIVE') return [];
  return trace.agents.flatMap(({ id }) => {
    const last = trace.events.findLast(({ agent }) => agent === id);
    if (last?.does !== 'look-up') return [];
    const looks = trace.events.filter(({ agent }) => agent === id).slice(-2);
    const found = looks.flatMap((event) => foundIn(trace, event)).at(-1);
    if (found === undefined) return [];
    const who = agentName(trace, id);
    return isLive(trace, found.was)
      ? `${who} is refused by what ${found.cell} holds from before the entry was changed; that stays until a flush: flush_tlb_page(), or flush_tlb_fix_spurious_fault() in the handler`
      : `${found.cell} remembers that the entry was not valid, and ${who} faults until it is fenced: whoever makes it valid calls update_mmu_cache()`;
  });
};
