/** How large pieces are: small while there is too little to give out, then worth the trip. */

/** Executions of a piece while others wait for work. */
const SMALL = 500;
const LARGE = 20_000;
const LARGEST = 500_000;
/** Milliseconds that a piece should take. */
const AIM = 300;

export class Pace {
  /** Executions per millisecond, as measured. */
  #rate = 0;

  /** Note how a piece went. */
  note(executions: number, ms: number): void {
    if (ms < 1 || executions === 0) return;
    const rate = executions / ms;
    this.#rate = this.#rate === 0 ? rate : 0.7 * this.#rate + 0.3 * rate;
  }

  /** Executions for the next piece, if `waiting` further ones could be given out to `lanes` workers. */
  next(waiting: number, lanes: number): number {
    if (waiting < lanes) return SMALL;
    if (this.#rate === 0) return LARGE;
    return Math.round(Math.min(LARGEST, Math.max(SMALL, this.#rate * AIM)));
  }
}
