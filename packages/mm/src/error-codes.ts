/** The codes of errors that the kernel's functions throw first. `docs/errors.md` is made from it. */
/** Mistakes in a race. */
export const RACE = {
  who: 'the author of a race',
  codes: {
    RACEWALK_NO_SPARE_PAGE: {
      means: 'The fault handler of a race needs a page for a copy, and none is left.',
      todo: 'Give the handler more spare pages: one for each copy that any schedule can make.',
    },
  },
} as const;
