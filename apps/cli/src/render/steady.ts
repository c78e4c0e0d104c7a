/** Whether an estimate of the time that is left can be shown: only if it has been saying the same for a while. */

/** Milliseconds of a run before anything is said about its end. */
const PATIENCE = 10_000;
/** Milliseconds over which estimates have to agree. */
const WINDOW = 6_000;
/** How far the largest may be from the smallest. */
const FACTOR = 1.7;

/** Follows what is expected of the end of a run. */
export class SteadyEnd {
  #guesses: { readonly ms: number; readonly left: number }[] = [];

  /**
   * What may be shown of an estimate; null if estimates have not agreed.
   *
   * @param ms - time of the run so far
   * @param remaining - milliseconds to go, as estimated now; null if nobody knows
   */
  shown(ms: number, remaining: number | null): number | null {
    if (remaining === null) {
      this.#guesses = [];
      return null;
    }
    this.#guesses.push({ ms, left: remaining });
    const since = ms - WINDOW;
    while ((this.#guesses[1]?.ms ?? Number.POSITIVE_INFINITY) <= since) this.#guesses.shift();
    const first = this.#guesses[0];
    if (ms < PATIENCE || first === undefined || first.ms > since) return null;
    // What an earlier estimate says of now: less what has gone by since.
    const now = this.#guesses.map((guess) => guess.left - (ms - guess.ms));
    const [low, high] = [Math.min(...now), Math.max(...now)];
    return low > 0 && high <= low * FACTOR ? Math.sqrt(low * high) : null;
  }
}
