/**
 * Whose code runs: the program's author's, or Racewalk's. Somebody outside this thread may watch, and end it if the
 * author's code does not come back.
 */

/** Is told when code of the author is entered and left. */
export interface Supervisor {
  /** `where` says whose code it is, for people. */
  enter(where: string): void;
  /** The code that was entered last has come back. */
  leave(): void;
}

let supervisor: Supervisor | null = null;

/** From now on, `watcher` is told; null ends that. */
export function superviseAuthors(watcher: Supervisor | null): void {
  supervisor = watcher;
}

/** Load code of the author's: what a module does while it is loaded is the author's, too. */
export async function authorModule<T>(where: string, load: () => Promise<T>): Promise<T> {
  supervisor?.enter(where);
  try {
    return await load();
  } finally {
    supervisor?.leave();
  }
}

/** Run code of the author's. */
export function authorCode<T>(where: () => string, body: () => T): T {
  if (supervisor === null) return body();
  const watcher = supervisor;
  watcher.enter(where());
  try {
    return body();
  } finally {
    watcher.leave();
  }
}
