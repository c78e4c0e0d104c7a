/** Says what operation code is about to do, so that somebody knows if it never comes back. */
import { announced, copyOp, type Program, type Step, type Word } from '@racewalk/core/step';

/** Steps of a thread that are told. */
const TOLD = 6;

/** The same program; `onStep` is called before any of its code runs, with the thread and the steps before. */
export function witnessed(program: Program, onStep: (where: string) => void): Program {
  const threads = program.threads.map((thread) => ({
    ...thread,
    body: () => watched(thread.name, thread.body, onStep),
  }));
  return { ...program, threads };
}

function* watched(name: string, start: () => Step<unknown>, onStep: (where: string) => void): Step<unknown> {
  const labels: string[] = [];
  const tell = () =>
    onStep(`${name}, ${labels.length === 0 ? 'at its beginning' : `behind ${behind(labels)}`}`);
  tell();
  const body = start();
  let next = body.next();
  while (!next.done) {
    const op = copyOp(announced);
    if (op.label !== '') labels.push(op.label);
    const answer: Word = yield next.value;
    tell();
    next = body.next(answer);
  }
  return next.value;
}

const behind = (labels: readonly string[]): string =>
  (labels.length > TOLD ? ['…', ...labels.slice(-TOLD)] : labels).join(', ');
