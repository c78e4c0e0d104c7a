/** The codes of errors that suite and matrix throw first. `docs/errors.md` is made from it. */
/** A race or a law with an unexpected result. */
export const FINDINGS = {
  who: 'the protocol under test',
  codes: {
    RACEWALK_COUNTEREXAMPLE: {
      means: 'A schedule breaks an invariant, and that was not expected.',
      todo: 'Read the columns, then run `racewalk replay TOKEN`; the token is in the hint.',
    },
    RACEWALK_UNEXPECTED: {
      means:
        'A cell came to another verdict than the expected one, for instance a mutant that is not caught.',
      todo: 'The message says what was expected, and why.',
    },
  },
} as const;

/** Mistakes in a race. */
export const RACE = {
  who: 'the author of a race',
  codes: {
    RACEWALK_DUPLICATE: {
      means: 'Two scenarios or two plug-ins of one run have the same id.',
      todo: 'Rename one of them, or load it once.',
    },
    RACEWALK_IDLE_AGENT: {
      means: 'An agent takes no step at all.',
      todo: 'Look for a missing `yield*` before what it calls; leave the agent out if it is to do nothing.',
    },
    RACEWALK_UNLISTED_INVARIANT: {
      means: 'A race fails with a code that it does not list.',
      todo: 'Add the code to `invariants` if it is one of `racewalk list invariants`, or report one that is listed.',
    },
  },
} as const;

/** Mistakes in an architecture plug-in. */
export const PLUGIN = {
  who: 'the author of a plug-in',
  codes: {
    RACEWALK_LAW: {
      means: 'An operation or a helper of a plug-in breaks a law of the contract.',
      todo: 'The message has the smallest counterexample, bit by bit; `docs/contract.md` has the law.',
    },
  },
} as const;

/** What was asked for cannot be done. */
export const USER = {
  who: 'the user of the command',
  codes: {
    RACEWALK_FILE: {
      means: 'A file cannot be read, written or loaded as a module.',
      todo: 'Check the path; the message says what the system answered.',
    },
    RACEWALK_INTERRUPTED: {
      means: 'The run was stopped before its end.',
      todo: 'Run the same command again; with `--checkpoint FILE` it continues where it stopped.',
    },
    RACEWALK_NOTHING_BROKEN: {
      means: 'A schedule that should be made shorter breaks nothing.',
      todo: 'Only counterexamples can be shrunk.',
    },
    RACEWALK_UNSUPPORTED: {
      means: 'What is asked for exists, but not here or not yet.',
      todo: 'The hint says what can be used instead.',
    },
  },
} as const;

/** Files and tokens that are not what they should be. */
export const FILES = {
  who: 'the author of the file or the token',
  codes: {
    RACEWALK_BAD_CHECKPOINT: {
      means: 'A checkpoint file is damaged, of another version, or of another run.',
      todo: 'Remove it to start anew, or run the command it was made with.',
    },
    RACEWALK_BAD_REPORT: {
      means: 'A file is not a conformance report.',
      todo: 'Make one with `racewalk conformance --reporter json --output FILE`.',
    },
    RACEWALK_MERGE: {
      means: 'Reports cannot be added up: two have the same cell, or they are parts of different runs.',
      todo: 'Merge the parts of one run, each made with its own `--shard i/n`.',
    },
    RACEWALK_TOKEN_STALE: {
      means: 'The code has changed since the token was made; the message names the first step that differs.',
      todo: 'Make a new token: `racewalk explain TEST --arch ARCH --variant VARIANT`.',
    },
    RACEWALK_TOKEN_TEXT: {
      means: 'A token is of a race that was read from another text, or in another way.',
      todo: 'Give the file as it was when the token was made, with the same `--config` and `--plain`, or make a new token: `racewalk explain FILE`.',
    },
  },
} as const;
