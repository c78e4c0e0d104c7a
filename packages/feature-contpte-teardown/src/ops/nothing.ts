import type { Step } from '@racewalk/core/step';

/** In the place of a function that is left out. */
export function* nothing(): Step<void> {}
