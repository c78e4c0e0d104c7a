import { E } from '../../execution/events.js';
import type { Execution } from '../../execution/execution.js';
import { Foot } from '../../program/footprints.js';
import type { Futures } from './futures.js';

/** What the enabled next step of `agent` touches if it is taken now, as a footprint. */
export function footOfNext(x: Execution, agent: number, futures: Futures): number {
  const foot = x.model.order.nextFoot(agent);
  return foot === Foot.UNKNOWN ? tried(x, agent, futures) : foot;
}

/** Take the step and take it back. A fault is reported when the step is taken in earnest. */
function tried(x: Execution, agent: number, futures: Futures): number {
  const { faultCode, faultMessage } = x;
  const node = x.cur[agent]!;
  x.execute(agent, 0);
  const foot = x.events[((x.depth - 1) << E.SHIFT) + E.FOOT]!;
  futures.learn(node, foot, x.cur[agent]!);
  x.undo();
  x.faultCode = faultCode;
  x.faultMessage = faultMessage;
  return foot;
}
