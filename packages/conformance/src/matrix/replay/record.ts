/**
 * A recorded schedule as `racewalk.trace/2`, with hints and a token that replays it.
 */

import type { MemoryModelName } from '@racewalk/core/step';
import type { Path, RecordedFault, Recording } from '@racewalk/explorer';
import type { BuiltScenario, Scenario } from '@racewalk/machine';
import {
  encodeToken,
  hints,
  TRACE_SCHEMA,
  type Trace,
  type TraceAgent,
  type TraceFault,
  type TraceFinal,
} from '@racewalk/trace';
import { VERSION } from '../../version.js';
import { fingerprintOf, withText } from './fingerprint.js';
import { preemptionsOf } from './preemptions.js';
import { cellsOf, eventsOf } from './trace-events.js';
import { layoutOf, TraceWords } from './trace-words.js';

/** What is recorded: one schedule of one variant. */
export interface RecordedCell {
  readonly scenario: Scenario;
  readonly built: BuiltScenario;
  readonly variant: string;
  readonly memory: MemoryModelName;
  readonly path: Path;
  readonly recording: Recording;
  /** How it was found, where that is known. */
  readonly found?: { readonly executions: number; readonly steps: number };
  /** Further hints, for instance that the race holds elsewhere. */
  readonly hints?: readonly string[];
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
function finalOf({ program }: BuiltScenario, recording: Recording): TraceFinal[] {
  const touched = new Set(recording.steps.flatMap((step) => step.cells));
  for (const [cell, { role }] of program.cells.entries()) {
    if (role?.is === 'folio-flags' || role?.is === 'frame-flags') touched.add(cell);
  }
  return program.cells.flatMap(({ name, show }, i) =>
    touched.has(i) ? [{ cell: name, text: (show ?? String)(recording.final[i] ?? 0) }] : [],
  );
}

/** The trace of a recorded schedule. */
export function traceOf(cell: RecordedCell): Trace {
  const { scenario, built, recording, found } = cell;
  const { program, world } = built;
  const words = new TraceWords(world, program);
  const steps = recording.steps.length;
  const bare: Trace = {
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
    cells: cellsOf(program, words),
    layout: layoutOf(world.arch),
    words: words.said,
    events: eventsOf(program, cell.memory !== 'sc', recording, words),
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
    fingerprint: withText(fingerprintOf(bare), scenario),
  });
  return { ...bare, hints: hints(bare, cell.hints ?? []), token };
}
