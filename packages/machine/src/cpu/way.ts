/** The way of a walk to a table: what must still lead there when the walk reads the table. */
import type { Cell, FaultSink } from '@racewalk/core/step';
import type { StepView } from '../observers/observer.js';

/** What leads to an area's table, asked in the step of the walk. */
export interface Above {
  /** Words that `leads` looks at. */
  readonly cells: readonly Cell[];
  /** Stores are not permitted there: what the TLB gets permits none. */
  readonly readOnly: boolean;
  /** Whether the walk may read the table; reports a table that is free. */
  leads(s: StepView, faults: FaultSink): boolean;
}
