/** A check that runs, as the page sees it. */
import type { CheckedCell, CheckLimits, PlannedCell, WebReply } from '@racewalk/fleet/web-worker';

/** What bounds a search in the page; whatever ends by one of these is "bounded", never "holds". */
export const LIMITS: CheckLimits = { ms: 60_000, executions: 500_000 };

/** How far a check is. */
export interface Run {
  readonly planned: readonly PlannedCell[];
  readonly finished: readonly CheckedCell[];
  readonly executions: number;
  readonly running: PlannedCell | null;
  readonly assumed: readonly string[];
  readonly state: 'running' | 'done' | 'stopped';
  /** When it began, and how long it took. */
  readonly began: number;
  readonly ms: number;
}

export const newRun = (now: number): Run => ({
  planned: [],
  finished: [],
  executions: 0,
  running: null,
  assumed: [],
  state: 'running',
  began: now,
  ms: 0,
});

/** The run after a reply. */
export function heard(run: Run, reply: WebReply, now: number): Run {
  const ms = now - run.began;
  switch (reply.kind) {
    case 'planned':
      return { ...run, planned: reply.cells, ms };
    case 'progress':
      return { ...run, executions: reply.executions, running: reply.running, ms };
    case 'cell':
      return { ...run, finished: [...run.finished, reply.cell], ms };
    case 'checked':
      return { ...run, assumed: reply.assumed, running: null, state: 'done', ms };
    default:
      return run;
  }
}

/** Milliseconds that remain, from the cells that are finished; null until one is. */
export function remaining({ planned, finished, ms }: Run): number | null {
  const work = planned.filter(({ expected }) => expected !== 'not-applicable').length;
  const done = finished.filter(({ result }) => result.verdict !== 'not-applicable').length;
  return done === 0 ? null : (ms / done) * (work - done);
}

/** What stands in an error about a place: `FILE:LINE:COLUMN: what`. */
export function placeIn(
  message: string,
  file: string,
): { readonly line: number; readonly column: number } | null {
  const at = message.indexOf(`${file}:`);
  const [, line, column] = /^(\d+)(?::(\d+))?/.exec(at < 0 ? '' : message.slice(at + file.length + 1)) ?? [];
  return line === undefined ? null : { line: Number(line), column: Number(column ?? 1) };
}

/** Variants in the order of the file, and plug-ins in that of the matrix. */
export const variantsIn = ({ planned }: Run): string[] => [...new Set(planned.map(({ variant }) => variant))];
export const archsIn = ({ planned }: Run): string[] => [...new Set(planned.map(({ arch }) => arch))];
