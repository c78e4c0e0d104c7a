/**
 * The codes of errors, and those that a porter can meet. Each package has tables like these for what it throws
 * first; `docs/errors.md` is made from all of them. Codes are stable between major versions.
 */

/** A code; the tables have all of them, and a test compares them with the sources. */
export type ErrorCode = `RACEWALK_${string}` | `E_${string}`;

/** Mistakes in an architecture plug-in. */
export const PLUGIN = {
  who: 'the author of a plug-in',
  codes: {
    RACEWALK_BAD_LAYOUT: {
      means: 'A layout lacks a bit, uses one twice, or does not describe it.',
      todo: 'The message names the bit; correct the layout by the table of the manual.',
    },
    RACEWALK_BAD_OVERRIDE: {
      means: 'An override is not an operation, or is not a generator function.',
      todo: 'Take the name and the signature from `PteOps`, and write `*name() {}`.',
    },
    RACEWALK_BAD_PLUGIN: {
      means: 'A plug-in contradicts itself, or a part of it is missing or of the wrong kind.',
      todo: 'The message names the part; `docs/adding-an-arch.md` shows a whole plug-in.',
    },
    RACEWALK_RANGE: {
      means: 'A number does not fit into the bits, or is not a size, that it is meant for.',
      todo: 'The message says which numbers fit.',
    },
  },
} as const;

/** Steps and entries that do not exist. */
export const RACE = {
  who: 'the author of a race',
  codes: {
    RACEWALK_OUTSIDE: {
      means: 'An entry, page, bit, word or alternative is outside what the race has set up.',
      todo: 'Make the table, folio, bitmap or area large enough, or correct the index.',
    },
  },
} as const;

/** Faults of Racewalk itself. */
export const SELF = {
  who: 'Racewalk itself',
  codes: {
    RACEWALK_INTERNAL: {
      means: 'An assumption of the program does not hold.',
      todo: 'Please report it with the command you ran; your protocol is not at fault.',
    },
  },
} as const;
