/** The codes of errors that litmus tests throw. `docs/errors.md` is made from it. */
/** Mistakes in a litmus test. */
export const RACE = {
  who: 'the author of a race',
  codes: {
    RACEWALK_LITMUS: {
      means:
        'A litmus test cannot be read, or uses what is outside the subset; the message has file, line and column.',
      todo: 'docs/litmus.md lists what is understood; the other files of the run are not affected.',
    },
    RACEWALK_LITMUS_TABLE: {
      means: 'A file of reference states for litmus tests is not what it should be.',
      todo: 'Give a JSON list of tests, each with `file` or `name`, and `states`.',
    },
  },
} as const;
