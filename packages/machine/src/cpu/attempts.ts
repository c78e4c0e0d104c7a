/** Code that is tried again until it succeeds. */
import { localKey, type Step, type Word } from '@racewalk/core/step';

/** What an agent carries into its next attempt. */
export interface AttemptsOptions {
  /** Tells this loop from other loops of the same agent. Default 1. */
  readonly place?: number;
  /** Everything that code in the loop or behind it depends on and that was read before the loop. Default nothing. */
  readonly keeps?: readonly Word[];
}

/**
 * Try until an attempt returns true; one that failed leaves nothing behind but what it did to memory. Who tries again at once
 * (`trylock` in a fault handler, a migration that finds somebody else's reference) may be hindered for ever by others that try as well:
 * if all who can move do and memory comes back to what it was, that is LIVE. To wait before the next attempt until a word changes, let the attempt end
 * with `m.k.spinAgain`.
 *
 * @example
 * ```ts
 * yield* attempts(function* () {
 *   return yield* m.k.trylockPage(frame);
 * });
 * ```
 */
export function* attempts(
  attempt: () => Step<boolean>,
  { place = 1, keeps = [] }: AttemptsOptions = {},
): Step<void> {
  do yield* localKey(place, ...keeps);
  while (!(yield* attempt()));
}
