import { announced, OpKind, type Program, type Step } from '@racewalk/core/step';

/** The same program without its keys: every history is a place of its own. */
export function unkeyed(program: Program): Program {
  function* body(run: Step<unknown>): Step<void> {
    for (let next = run.next(); !next.done; ) {
      next = run.next(announced.kind === OpKind.KEY ? 0 : yield);
    }
  }
  const threads = program.threads.map((thread) => ({ ...thread, body: () => body(thread.body()) }));
  return { ...program, threads };
}
