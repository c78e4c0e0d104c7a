/**
 * A schedule that reads better and means the same.
 */
import type { Path } from '@racewalk/explorer';

/** One step of a schedule: the agent, and the alternative taken (null if the step is not a choice). */
interface Turn {
  readonly agent: number;
  readonly choice: number | null;
}

function turnsOf(path: Path): Turn[] {
  const turns: Turn[] = [];
  for (const [i, entry] of path.entries()) {
    const next = path[i + 1];
    if (entry >= 0) turns.push({ agent: entry, choice: next !== undefined && next < 0 ? next : null });
  }
  return turns;
}

/** Number of steps of a schedule, choices included. */
export const stepsOf = (path: Path): number => path.filter((entry) => entry >= 0).length;

/**
 * Move every choice directly before the next step of the same agent. A choice touches nothing, so no
 * other step can tell; the reader sees it where it matters.
 */
export function tidyPath(path: Path): Path {
  const waiting = new Map<number, Turn[]>();
  const out: Turn[] = [];
  for (const turn of turnsOf(path)) {
    const own = waiting.get(turn.agent) ?? [];
    if (turn.choice !== null) waiting.set(turn.agent, [...own, turn]);
    else {
      out.push(...own, turn);
      waiting.delete(turn.agent);
    }
  }
  for (const own of waiting.values()) out.push(...own);
  return out.flatMap(({ agent, choice }) => (choice === null ? [agent] : [agent, choice]));
}
