/** The codes of errors that traces and tokens throw. `docs/errors.md` is made from it. */
/** Files and tokens that are not what they should be. */
export const FILES = {
  who: 'the author of the file or the token',
  codes: {
    RACEWALK_BAD_TRACE: {
      means: 'A file is not a trace, or contradicts itself.',
      todo: 'Record it again: `racewalk explain TEST --format json`.',
    },
    RACEWALK_TRACE_VERSION: {
      means: 'A trace file is of another version.',
      todo: 'Record it again with this version: `racewalk explain TEST --format json`.',
    },
    RACEWALK_TOKEN_CHECKSUM: { means: 'A token is damaged.', todo: 'Copy the whole token again.' },
    RACEWALK_TOKEN_INPUT: {
      means: 'A schedule has something that a token cannot hold.',
      todo: 'Store a trace file instead of a token.',
    },
    RACEWALK_TOKEN_SYNTAX: { means: 'A text is not a token.', todo: 'Copy the whole token, from `rw1:` on.' },
    RACEWALK_TOKEN_VERSION: {
      means: 'A token is intact, but of another version.',
      todo: 'Use the version of Racewalk that printed it, or record the schedule again.',
    },
  },
} as const;
