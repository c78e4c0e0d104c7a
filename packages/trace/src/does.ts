import type { Does } from '@racewalk/core/step';

const ALL: Readonly<Record<Does, true>> = {
  read: true,
  store: true,
  exchange: true,
  update: true,
  copy: true,
  walk: true,
  'look-up': true,
  use: true,
  evict: true,
  drop: true,
  issue: true,
  invalidate: true,
  barrier: true,
  fence: true,
  lock: true,
  unlock: true,
  wait: true,
  retry: true,
  choose: true,
  interrupt: true,
  free: true,
  notify: true,
  complete: true,
  observe: true,
};

/** Everything an event can do; what each means stands at `DOES` of `@racewalk/core/step`. */
export const EVENT_DOES: readonly Does[] = Object.freeze(Object.keys(ALL) as Does[]);
