/** The codes of errors that texts in C throw. `docs/errors.md` is made from it. */
/** Mistakes in a race in C, or C that is not understood. */
export const RACE = {
  who: 'the author of a race',
  codes: {
    RACEWALK_C: {
      means:
        'A text in C cannot be read, or uses what cannot be followed; the message has file, line and column.',
      todo: 'Write that part another way, or give a body for a name that is missing: `stub NAME { … }` in the race.',
    },
    RACEWALK_C_APPLY: {
      means:
        'A hunk of a patch does not fit the tree; the message has the line of the patch and what the tree has there.',
      todo: 'Give the tree that the patch was made for, or the patch as it was mailed.',
    },
    RACEWALK_C_PATCH: {
      means: 'A file holds no patch of C, or nothing that it changes can be run.',
      todo: 'Give the mail as it was saved, and the text that it was made for with `--tree`.',
    },
    RACEWALK_C_RACE: {
      means: 'A race in C lacks a part, or says something about its state or its variants that is not known.',
      todo: 'See docs/kernel-c.md for the form of the file.',
    },
    RACEWALK_C_RUN: {
      means:
        'While C code ran, it did what C leaves undefined, or what cannot be followed; the message has the line.',
      todo: 'Correct the line, or write it another way.',
    },
    RACEWALK_C_TREE: {
      means: 'A directory is no kernel tree, or lacks a file that a patch changes.',
      todo: 'Give the directory that has `arch`, `include` and `mm`.',
    },
  },
} as const;
