/** The codes of errors that the explorer throws first. `docs/errors.md` is made from it. */
/** Broken promises of the step protocol, which checked mode finds. */
export const PROMISES = {
  who: 'the author of a race',
  codes: {
    RACEWALK_BAD_CELL: {
      means: 'A step names a word that does not exist, or waits for one that it does not list.',
      todo: 'Use what `w.word()` and the world return; a misspelt field of the state is `undefined`.',
    },
    RACEWALK_BAD_WORD: {
      means: 'A step stores or compares what is no 32-bit whole number.',
      todo: 'Store whole numbers; entries are stored by their helpers.',
    },
    RACEWALK_FORGOTTEN_YIELD: {
      means: 'A step or an operation is called and never taken.',
      todo: 'Write `yield*` before the call, both in one expression: `const v = yield* read(x)`.',
    },
    RACEWALK_HIDDEN_STATE: {
      means: 'A thread takes another step although all its results were the same.',
      todo: 'Keep what agents share in words of memory: no variables of the module, no clocks, no random numbers.',
    },
    RACEWALK_IMPURE: {
      means: 'The body of an atomic step does something else when it runs again with the same words.',
      todo: 'Let it depend on the words it lists and on nothing else.',
    },
    RACEWALK_INCOMPLETE_KEY: {
      means: 'A `localKey` leaves out a variable that the thread still depends on.',
      todo: 'Add every variable that is used later, also by the predicates of waits.',
    },
    RACEWALK_NO_GENERATOR: {
      means: 'The `run` of an agent is no generator function.',
      todo: 'Write `*run(m, s) { … }`; no `async`, and no plain function.',
    },
    RACEWALK_NO_STEP: {
      means: 'A thread yields what is no step, or the same step twice.',
      todo: 'Write `yield*`, with the star, before each call of a step.',
    },
    RACEWALK_NOT_ALIKE: {
      means: 'Threads that are declared alike behave differently.',
      todo: 'Leave them out of `symmetric`.',
    },
    RACEWALK_SEARCHES_DIFFER: {
      means: 'Two exhaustive searches of one program disagree.',
      todo: 'Look for steps that depend on more than the words they list; if there are none, please report it.',
    },
    RACEWALK_UNDECLARED_READ: {
      means: 'An atomic step reads a word that it does not list.',
      todo: 'Add the word to the list of the step: the search orders steps by it.',
    },
    RACEWALK_UNDECLARED_WRITE: {
      means: 'An atomic step writes a word that it does not list.',
      todo: 'Add the word to the list of the step: only listed words are undone.',
    },
  },
} as const;

/** Wrong use of the explorer. */
export const CALLER = {
  who: 'the program that calls the explorer',
  codes: {
    E_AGENTS: {
      means: 'The program has more threads and store buffers than the search can tell apart.',
      todo: 'Use fewer threads, or sequential consistency.',
    },
    E_CHECKPOINT: {
      means: 'A checkpoint, job or frontier was made for another program, strategy or memory model.',
      todo: 'Start the search anew.',
    },
    E_OPTION: {
      means: 'Options of a search contradict each other.',
      todo: 'Leave one of them out; the message names them.',
    },
    E_PATH: {
      means: 'A schedule does not lead to the fault it is said to lead to.',
      todo: 'Record it again.',
    },
    E_STORES: {
      means: 'A thread has more stores on their way, with no order among them, than a search can tell apart.',
      todo: 'Put a barrier between them, or use fewer threads, a smaller size, or total store order.',
    },
    E_SYMMETRIC: {
      means: 'A thread waits for the stores of one that it is declared alike with.',
      todo: 'Leave them out of `symmetric`: schedules would be lost.',
    },
  },
} as const;
