/** What a thread tells a search of its calls, so that histories which no longer differ are joined. */
export interface CallWatch {
  /** A call begins; its number is given to `leave`. */
  enter(): number;
  /** It ends. What follows depends on it only through `left`: its result, and objects of this run that it may have changed. */
  leave(call: number, left: readonly unknown[]): void;
}

/** Null but while a search that joins histories runs the thread. */
export const watch: { calls: CallWatch | null } = { calls: null };
