/** The codes of errors that the registry throws. `docs/errors.md` is made from it. */
/** Names that do not exist. */
export const NAMES = {
  who: 'the user of the command',
  codes: {
    RACEWALK_UNKNOWN_ARCH: { means: 'No architecture has this name.', todo: 'See `racewalk list archs`.' },
    RACEWALK_UNKNOWN_TEST: { means: 'No race test has this name.', todo: 'See `racewalk list tests`.' },
  },
} as const;
