/** What is wrong with a plug-in itself, as far as it takes no time to find out. */
import type { ArchPlugin } from '@racewalk/core';
import { omissionProblems } from '../explain/omissions.js';
import { claimFault } from './claims.js';
import { flushProblems } from './flushes.js';
import { CHECKED_CAPABILITIES } from './manifest.js';

/** Claims that are not so, flushes that do not reach every CPU, and an `omits` that cannot be true; in words, empty if all is well. */
export function pluginProblems(arch: ArchPlugin): string[] {
  const claims = CHECKED_CAPABILITIES.flatMap((capability) => claimFault(arch, capability) ?? []);
  return [...claims, ...flushProblems(arch), ...omissionProblems(arch)];
}
