import type { PteWord } from '@racewalk/core';

/** Whether a value is an entry. */
export const isPte = (value: unknown): value is PteWord =>
  typeof value === 'object' && value !== null && 'lo' in value && 'hi' in value && 'id' in value;
