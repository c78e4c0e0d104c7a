/** What the weak order keeps of an event in one word. */

const BITS = 15;
const MASK = (1 << BITS) - 1;

export const Aux = {
  /** Stores that a thread issues at most in one execution. */
  MOST: MASK,
  /** Of a step of a thread: the stores it had issued, and below which of them all come first. */
  ofThread: (mark: number, issued: number): number => (mark << BITS) | issued,
  mark: (aux: number): number => aux >> BITS,
  issued: (aux: number): number => aux & MASK,
  /** Of a store that leaves: `entry * threads + thread`, where the buffers keep it. */
  entry: (aux: number, threads: number): number => Math.trunc(aux / threads),
};
