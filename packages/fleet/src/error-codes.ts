/** The codes of errors that workers throw first. `docs/errors.md` is made from it. */
/** Searches with workers on other machines. */
export const OPERATOR = {
  who: 'the operator of the queue and its workers',
  codes: {
    E_ANSWER: {
      means: 'What came back from the queue is not an answer of a worker.',
      todo: 'Let nobody but `racewalk worker` write to this queue.',
    },
    E_BUSY: {
      means: 'Another producer uses the queue of this name.',
      todo: 'Wait for it, or choose another `--name`, for the workers as well.',
    },
    E_REDIS: {
      means: 'The server cannot be reached, or refuses the connection.',
      todo: 'Check URL, password and certificate: `redis://host:6379`, or `rediss://` for TLS.',
    },
    E_TASK: {
      means: 'What is in the queue is not a task.',
      todo: 'Let nobody but `racewalk queue` write to this queue.',
    },
    E_VERSION: { means: 'A task was made by another version.', todo: 'Run the same version everywhere.' },
    RACEWALK_BAD_TASK: {
      means: 'A task names a size that the cell does not have.',
      todo: 'Run the same version and the same modules everywhere.',
    },
  },
} as const;

/** What was asked for cannot be done. */
export const USER = {
  who: 'the user of the command',
  codes: {
    RACEWALK_NOT_APPLICABLE: {
      means: 'The race does not apply to the architecture.',
      todo: 'See which cells run: `racewalk conformance --test TEST --all`.',
    },
  },
} as const;
