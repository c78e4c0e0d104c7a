import { causedBy } from './info.js';

/** Broken promises of the step protocol, which checked mode finds. */
export const PROMISES = causedBy('the author of a race', {
  RACEWALK_BAD_CELL: [
    'A step names a word that does not exist, or waits for one that it does not list.',
    'Use what `w.word()` and the world return; a misspelt field of the state is `undefined`.',
  ],
  RACEWALK_BAD_WORD: [
    'A step stores or compares what is no 32-bit whole number.',
    'Store whole numbers; entries are stored by their helpers.',
  ],
  RACEWALK_BODY_ENDED: [
    'The code of a race ended the process, or never let it go on.',
    'Take out `process.exit()` and top-level `await`s that never settle.',
  ],
  RACEWALK_FORGOTTEN_YIELD: [
    'A step or an operation is called and never taken.',
    'Write `yield*` before the call, both in one expression: `const v = yield* read(x)`.',
  ],
  RACEWALK_HIDDEN_STATE: [
    'A thread takes another step although all its results were the same.',
    'Keep what agents share in words of memory: no variables of the module, no clocks, no random numbers.',
  ],
  RACEWALK_IDLE_AGENT: [
    'An agent takes no step at all.',
    'Look for a missing `yield*` before what it calls; leave the agent out if it is to do nothing.',
  ],
  RACEWALK_IMPURE: [
    'The body of an atomic step does something else when it runs again with the same words.',
    'Let it depend on the words it lists and on nothing else.',
  ],
  RACEWALK_INCOMPLETE_KEY: [
    'A `localKey` leaves out a variable that the thread still depends on.',
    'Add every variable that is used later, also by the predicates of waits.',
  ],
  RACEWALK_NO_GENERATOR: [
    'The `run` of an agent is no generator function.',
    'Write `*run(m, s) { … }`; no `async`, and no plain function.',
  ],
  RACEWALK_NO_STEP: [
    'A thread yields what is no step, or the same step twice.',
    'Write `yield*`, with the star, before each call of a step.',
  ],
  RACEWALK_NOT_ALIKE: [
    'Threads that are declared alike behave differently.',
    'Leave them out of `symmetric`.',
  ],
  RACEWALK_SEARCHES_DIFFER: [
    'Two exhaustive searches of one program disagree.',
    'Look for steps that depend on more than the words they list; if there are none, please report it.',
  ],
  RACEWALK_STEP_TIME: [
    'The code of a race did not come to its next step in the time for one step.',
    'Look for a loop without a step in it.',
  ],
  RACEWALK_UNDECLARED_READ: [
    'An atomic step reads a word that it does not list.',
    'Add the word to the list of the step: the search orders steps by it.',
  ],
  RACEWALK_UNDECLARED_WRITE: [
    'An atomic step writes a word that it does not list.',
    'Add the word to the list of the step: only listed words are undone.',
  ],
});
