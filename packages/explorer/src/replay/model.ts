/**
 * The memory models a second time, for replay: on the announced steps themselves, without automata or footprints, and
 * as plainly as possible. They share no code with `models/`, because they are a check on it.
 */
import type { FaultSink, Op, Program } from '@racewalk/core/step';
import type { StepRecord } from '../types.js';

/** What one step did. */
export type Done = Omit<StepRecord, 'index'>;

/** Reports a broken invariant. */
export type Fail = FaultSink['fail'];

/** A memory model under way in one replay. */
export interface ReplayModel {
  /** The threads, by their numbers, then what moves without them; as in `models/`. */
  readonly agents: number;
  /** Shared memory. */
  readonly mem: Int32Array;
  /** Whether `agent` can move now. `op` is the step it has announced; null if it has ended or is no thread. */
  enabled(agent: number, op: Op | null): boolean;
  /** Whether `agent`, which can move, may take its step with this `choice`, although it is no CHOOSE. */
  accepts(agent: number, op: Op, choice: number): boolean;
  /** Take that step, which must be enabled; `choice` is the alternative at a CHOOSE. */
  execute(agent: number, op: Op | null, choice: number): Done;
  /** All that the future depends on besides the place of each thread, as text. */
  key(): string;
}

/** How a model begins. */
export type ReplayModelOf = (program: Program, fail: Fail) => ReplayModel;
