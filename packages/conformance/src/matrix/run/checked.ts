/** Checked mode for one size of a cell: what the author of the race promised and did not keep, with its place. */
import type { ErrorCode } from '@racewalk/core';
import type { MemoryModelName, Program } from '@racewalk/core/step';
import { checkProgram, type Flaw, idleThreads } from '@racewalk/explorer';
import type { BuiltScenario } from '@racewalk/machine';
import { RACE } from '../../error-codes.js';
import type { MatrixCell } from '../plan/cell.js';
import { placeText } from '../replay/source-places.js';

/** The first broken promise as text with code, place and advice; null if none is seen to be broken. `again` builds it anew. */
export function flawOf(
  { variant }: MatrixCell,
  { program, agents }: BuiltScenario,
  given?: MemoryModelName,
  again?: () => Program,
): string | null {
  const memory = given ?? program.memory;
  const flaw = checkProgram(program, { memory, ...(again === undefined ? {} : { again }) });
  if (flaw !== null) return textOf(flaw);
  // A mutant may well leave out all that an agent does.
  if (variant !== 'upstream') return null;
  const daemons = new Set(agents.filter(({ spec }) => spec.daemon === true).map(({ name }) => name));
  const [idle] = idleThreads(program, memory).filter((name) => !daemons.has(name));
  return idle === undefined
    ? null
    : textOf({
        code: 'RACEWALK_IDLE_AGENT',
        message: `${idle} takes no step`,
        todo: RACE.codes.RACEWALK_IDLE_AGENT.todo,
      });
}

function textOf({ code, message, todo, stack }: Omit<Flaw, 'code'> & { readonly code: ErrorCode }): string {
  return `${code}: ${message}${placeText(stack)}. ${todo}`;
}
