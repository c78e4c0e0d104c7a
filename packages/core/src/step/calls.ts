/**
 * Told of the calls that a thread makes, so that histories which no longer differ are joined; null but while a search that joins
 * them runs the thread. What follows a call depends on it only through `left`: its result, and what it may have changed. @hidden
 */
export const watch: { calls: { enter(): number; leave(n: number, left: unknown[]): void } | null } = {
  calls: null,
};
