/** A trace with what its fault hangs on. */
import type { Program } from '@racewalk/core/step';
import { causes, type Path } from '@racewalk/explorer';
import type { Trace } from '@racewalk/trace';

/** The trace with what the fault hangs on, found by trying; as it is if nothing broke. */
export function withCauses(trace: Trace, program: Program, path: Path): Trace {
  if (trace.fault === null) return trace;
  return { ...trace, causes: causes(program, path, { memory: trace.memory }) };
}
