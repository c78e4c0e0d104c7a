import { causedBy } from './info.js';

/** Mistakes in a race. */
export const RACE_AUTHOR = causedBy('the author of a race', {
  RACEWALK_BAD_SCENARIO: [
    'A scenario, or what it sets up, has not the form that `defineScenario` demands.',
    'The message names the field; write it as its type says.',
  ],
  RACEWALK_C: [
    'A text in C cannot be read, or uses what cannot be followed; the message has file, line and column.',
    'Write that part another way, or give a body for a name that is missing: `stub NAME { … }` in the race.',
  ],
  RACEWALK_C_APPLY: [
    'A hunk of a patch does not fit the tree; the message has the line of the patch and what the tree has there.',
    'Give the tree that the patch was made for, or the patch as it was mailed.',
  ],
  RACEWALK_C_PATCH: [
    'A file holds no patch of C, or nothing that it changes can be run.',
    'Give the mail as it was saved, and the text that it was made for with `--tree`.',
  ],
  RACEWALK_C_TREE: [
    'A directory is no kernel tree, or lacks a file that a patch changes.',
    'Give the directory that has `arch`, `include` and `mm`.',
  ],
  RACEWALK_C_RACE: [
    'A race in C lacks a part, or says something about its state or its variants that is not known.',
    'See docs/kernel-c.md for the form of the file.',
  ],
  RACEWALK_C_RUN: [
    'While C code ran, it did what C leaves undefined, or what cannot be followed; the message has the line.',
    'Correct the line, or write it another way.',
  ],
  RACEWALK_DUPLICATE: [
    'Two scenarios or two plug-ins of one run have the same id.',
    'Rename one of them, or load it once.',
  ],
  RACEWALK_IDLE_INVARIANT: [
    'A race lists an invariant that nothing in it can break.',
    'Remove it from `invariants`, or add what the message names as missing, or a mutant that breaks it.',
  ],
  RACEWALK_LITMUS: [
    'A litmus test cannot be read, or uses what is outside the subset; the message has file, line and column.',
    'docs/litmus.md lists what is understood; the other files of the run are not affected.',
  ],
  RACEWALK_LITMUS_TABLE: [
    'A file of reference states for litmus tests is not what it should be.',
    'Give a JSON list of tests, each with `file` or `name`, and `states`.',
  ],
  RACEWALK_NO_FRAME: [
    'An entry or a device translates to a frame that no folio of the race has.',
    'Make entries only for frames of folios that `setup` has created.',
  ],
  RACEWALK_NO_SCENARIO: [
    'A module exports no scenario.',
    'Export what `defineScenario()` of `@racewalk/core` returns.',
  ],
  RACEWALK_NO_SPARE_PAGE: [
    'The fault handler of a race needs a page for a copy, and none is left.',
    'Give the handler more spare pages: one for each copy that any schedule can make.',
  ],
  RACEWALK_OUTSIDE: [
    'An entry, page, bit, word or alternative is outside what the race has set up.',
    'Make the table, folio, bitmap or area large enough, or correct the index.',
  ],
  RACEWALK_UNLISTED_INVARIANT: [
    'A race fails with a code that it does not list.',
    'Add the code to `invariants` if it is one of `racewalk list invariants`, or report one that is listed.',
  ],
  RACEWALK_STUCK: [
    'A thread that runs alone waits for something that only another thread could do.',
    'Operations that are run alone, for instance by a law, must not wait for others.',
  ],
});
