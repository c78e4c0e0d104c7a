/** The codes of errors that only the command throws. `docs/errors.md` is made from it. */
/** Wrong use of the command. */
export const USER = {
  who: 'the user of the command',
  codes: {
    RACEWALK_MISSING_PACKAGE: {
      means: 'The command needs a package that is not installed.',
      todo: 'Run the command in the hint: queues need bullmq and ioredis, all other commands do not.',
    },
    RACEWALK_NOTHING_TO_RUN: {
      means: 'The options leave no cell to run.',
      todo: 'Use fewer shards, or a wider `--test`, `--arch` or `--variant`.',
    },
    RACEWALK_TYPESCRIPT: {
      means: 'This Node cannot run the TypeScript module.',
      todo: 'Install `typescript` beside the file, compile it to JavaScript, or use Node 22.18 or newer.',
    },
    RACEWALK_USAGE: { means: 'The command line is wrong.', todo: 'See `racewalk help`.' },
  },
} as const;

/** Modules with races that cannot be run. */
export const RACE = {
  who: 'the author of a race',
  codes: {
    RACEWALK_BODY_ENDED: {
      means: 'The code of a race ended the process, or never let it go on.',
      todo: 'Take out `process.exit()` and top-level `await`s that never settle.',
    },
    RACEWALK_NO_SCENARIO: {
      means: 'A module exports no scenario.',
      todo: 'Export what `defineScenario()` of `@racewalk/core` returns.',
    },
    RACEWALK_STEP_TIME: {
      means: 'The code of a race did not come to its next step in the time for one step.',
      todo: 'Look for a loop without a step in it.',
    },
  },
} as const;

/** Modules with plug-ins that cannot be used. */
export const PLUGIN = {
  who: 'the author of a plug-in',
  codes: {
    RACEWALK_DUPLICATE_ARCH: {
      means: 'A plug-in from a file has the id of another one.',
      todo: 'Give the plug-in another id.',
    },
    RACEWALK_NO_PLUGIN: {
      means: 'A module exports no plug-in.',
      todo: 'Export what `defineArch()` of `@racewalk/core` returns: as default, by name, or in a list.',
    },
    RACEWALK_TWO_CORES: {
      means: 'A module uses another copy of `@racewalk/core` than the command.',
      todo: 'Run the command that is installed beside the module: `npx racewalk`.',
    },
  },
} as const;

/** Files and tokens that are not what they should be. */
export const FILES = {
  who: 'the author of the file or the token',
  codes: {
    RACEWALK_NO_TOKEN: {
      means: 'A trace has no token.',
      todo: 'Record one that has: `racewalk explain TEST --format json --output FILE`.',
    },
  },
} as const;

/** Workers that know other cells. */
export const OPERATOR = {
  who: 'the operator of the queue and its workers',
  codes: {
    RACEWALK_UNKNOWN_CELL: {
      means: 'A task names a cell that the worker does not know.',
      todo: 'Give the worker the same `--scenarios` and `--arch` files.',
    },
  },
} as const;
