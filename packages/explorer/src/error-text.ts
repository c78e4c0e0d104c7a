/** A thrown value in words. */
import { RacewalkError } from '@racewalk/core/step';

/** A thrown value on a line of its own, with code and advice if it has them. */
export function errorText(error: unknown): string {
  if (error instanceof RacewalkError) return `${error.code}: ${error.message} (${error.advice})`;
  if (!(error instanceof Error)) return String(error);
  const recursive = /call stack size exceeded/.test(error.message) ? innermostOf(error) : null;
  return recursive === null
    ? `${error.name}: ${error.message}`
    : `${error.name}: ${recursive} calls ${recursive} of itself, without end`;
}

/** The function that a stack which is full shows most often; null if it names none. */
function innermostOf({ stack = '' }: Error): string | null {
  const names = [...stack.matchAll(/^\s*at (?:async )?([^\s(]+) \(/gm)].flatMap(([, name = '']) =>
    name.endsWith('next') ? [] : [name.replace(/^.*\./, '')],
  );
  const times = (name: string): number => names.filter((other) => other === name).length;
  return names.sort((a, b) => times(b) - times(a))[0] ?? null;
}
