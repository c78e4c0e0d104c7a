/** What the process ends with. Other tools rely on these. */
export const EXIT = {
  /** Every cell as expected. */
  OK: 0,
  /** Some cell not as expected. */
  UNEXPECTED: 1,
  /** Usage or input error. */
  USAGE: 2,
  /** Some cell bounded and none unexpected. */
  BOUNDED: 3,
  /** A fault of Racewalk itself. */
  INTERNAL: 4,
  /** Interrupted by the user. */
  INTERRUPTED: 130,
} as const;
