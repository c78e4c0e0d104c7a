/** A search that stops before its end. */

/** Thrown inside a search, and caught where it began. */
export class Bounded extends Error {}

/** The bound that was reached, in words. */
export const bounded = (which: string): Bounded => new Bounded(which);
