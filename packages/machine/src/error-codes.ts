/** The codes of errors that the machine throws first. `docs/errors.md` is made from it. */
/** Mistakes in a race. */
export const RACE = {
  who: 'the author of a race',
  codes: {
    RACEWALK_BAD_SCENARIO: {
      means: 'A scenario, or what it sets up, has not the form that `defineScenario` demands.',
      todo: 'The message names the field; write it as its type says.',
    },
    RACEWALK_IDLE_INVARIANT: {
      means: 'A race lists an invariant that nothing in it can break.',
      todo: 'Remove it from `invariants`, or add what the message names as missing, or a mutant that breaks it.',
    },
    RACEWALK_NO_FRAME: {
      means: 'An entry or a device translates to a frame that no folio of the race has.',
      todo: 'Make entries only for frames of folios that `setup` has created.',
    },
    RACEWALK_STUCK: {
      means: 'A thread that runs alone waits for something that only another thread could do.',
      todo: 'Operations that are run alone, for instance by a law, must not wait for others.',
    },
  },
} as const;

/** Names that do not exist. */
export const NAMES = {
  who: 'the user of the command',
  codes: {
    RACEWALK_UNKNOWN_VARIANT: {
      means: 'The race test has no such variant.',
      todo: 'See `racewalk list variants`.',
    },
  },
} as const;
