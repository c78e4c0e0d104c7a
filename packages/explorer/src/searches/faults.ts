import type { Execution } from '../execution/execution.js';
import { pathOf } from '../execution/path.js';
import type { Keep } from './search.js';
import type { OnFault, Tally } from './tally.js';

/** Keeps a fault of `x` with the schedule that led to it, and clears it. */
export function faultsOf(x: Execution, tally: Tally, keep: Keep): OnFault {
  return () => {
    keep(x.faultCode, x.faultMessage, pathOf(x));
    x.faultCode = '';
    return tally.stopAtFirst ? 'stop' : 'go on';
  };
}
