/**
 * A recorded schedule as `racewalk.trace/1`, with hints and a token that replays it.
 */

import type { MemoryModel, Program } from '@racewalk/core/step';
import type { Path, RecordedFault, Recording, StepRecord } from '@racewalk/explorer';
import type { BuiltScenario, Scenario } from '@racewalk/machine';
import {
  EVENT_KINDS,
  encodeToken,
  hints,
  TRACE_SCHEMA,
  type TraceAccess,
  type TraceAgent,
  type TraceEvent,
  type TraceFault,
  type TraceFinal,
  type TraceV1,
} from '@racewalk/trace';
import { VERSION } from '../../version.js';
import { fingerprintOf } from './fingerprint.js';
import { preemptionsOf } from './preemptions.js';

/** What is recorded: one schedule of one variant. */
export interface RecordedCell {
  readonly scenario: Scenario;
  readonly built: BuiltScenario;
  readonly variant: string;
  readonly memory: MemoryModel;
  readonly path: Path;
  readonly recording: Recording;
  /** How it was found, where that is known. */
  readonly found?: { readonly executions: number; readonly steps: number };
  /** Further hints, for instance that the race holds elsewhere. */
  readonly hints?: readonly string[];
}

function accessesOf(program: Program, step: StepRecord): TraceAccess[] {
  return step.cells.map((cell, i) => {
    const info = program.cells[cell];
    const show = info?.show ?? String;
    const [before, after] = [step.before[i] ?? 0, step.after[i] ?? 0];
    return {
      cell: info?.name ?? `cell ${cell}`,
      before: show(before),
      after: show(after),
      beforeRaw: before,
      afterRaw: after,
    };
  });
}

function eventOf(program: Program, step: StepRecord): TraceEvent {
  const kind = step.flusher ? 'flush' : (EVENT_KINDS[step.kind] ?? 'atomic');
  return {
    index: step.index,
    agent: step.thread,
    ...(step.flusher ? { flusher: true } : {}),
    kind,
    label: step.label,
    text: step.text,
    cells: accessesOf(program, step),
    result: step.result,
    ...(kind === 'choose' ? { choice: step.result } : {}),
  };
}

function faultOf(fault: RecordedFault | undefined, steps: number): TraceFault | null {
  if (fault === undefined) return null;
  const { code, message, step } = fault;
  return { code, message, step: step < steps ? step : null };
}

function agentsOf(built: BuiltScenario): TraceAgent[] {
  return built.program.threads.map((thread, id) => {
    const spec = built.agents[id]?.spec;
    return {
      id,
      name: thread.name,
      title: thread.title ?? thread.name,
      ...(spec === undefined ? {} : { cpu: spec.cpu, role: spec.role }),
    };
  });
}

/**
 * The words at the end: those the schedule touched, and what the folios remember, because that nobody
 * touched it may be the point. All others are as they were at the start.
 */
function finalOf({ program, world }: BuiltScenario, recording: Recording): TraceFinal[] {
  const touched = new Set(recording.steps.flatMap((step) => step.cells));
  for (const { flags, frames } of world.frames.folios) {
    for (const cell of [flags, ...frames.map((frame) => frame.cell)]) touched.add(cell);
  }
  return program.cells.flatMap(({ name, show }, i) =>
    touched.has(i) ? [{ cell: name, text: (show ?? String)(recording.final[i] ?? 0) }] : [],
  );
}

/** The trace of a recorded schedule. */
export function traceOf(cell: RecordedCell): TraceV1 {
  const { scenario, built, recording, found } = cell;
  const { program, world } = built;
  const steps = recording.steps.length;
  const bare: TraceV1 = {
    schema: TRACE_SCHEMA,
    version: VERSION,
    test: scenario.id,
    title: scenario.title,
    source: scenario.source,
    arch: world.arch.id,
    variant: cell.variant,
    memory: cell.memory,
    params: world.params,
    fault: faultOf(recording.fault, steps),
    agents: agentsOf(built),
    cells: program.cells.map(({ name, initial, show, ghost }) => ({
      name,
      initial: (show ?? String)(initial),
      ...(ghost === true ? { ghost } : {}),
    })),
    events: recording.steps.map((step) => eventOf(program, step)),
    final: finalOf(built, recording),
    stats: {
      ...(found === undefined ? {} : { executions: found.executions, shrunkFrom: found.steps }),
      steps,
      preemptions: preemptionsOf(recording),
    },
    hints: [],
    omits: world.arch.omits,
  };
  const token = encodeToken({
    scenario: scenario.id,
    arch: world.arch.id,
    variant: cell.variant,
    memory: cell.memory,
    params: world.params,
    path: cell.path,
    fingerprint: fingerprintOf(bare),
  });
  return { ...bare, hints: hints(bare, cell.hints ?? []), token };
}
