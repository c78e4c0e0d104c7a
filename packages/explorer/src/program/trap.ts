import { hiddenState } from '../errors.js';

const RealDate = globalThis.Date;
let used = '';

const trap = (name: string) => (): never => {
  used ||= name;
  throw hiddenState(`operation code called ${name}`);
};
const trappedRandom = trap('Math.random()');
const trappedNow = trap('Date.now()');
const trappedClock = trap('performance.now()');
const trappedDate = new Proxy(RealDate, {
  construct: (target, args: []) => (args.length > 0 ? new target(...args) : trap('new Date()')()),
  apply: trap('Date()'),
});

/** What runs code later: between which steps, nobody knows. */
const LATER = ['setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'] as const;
const trappedLater = LATER.map((name) => trap(`${name}()`));
const globals = globalThis as unknown as Record<string, unknown>;

/**
 * Runs `body` with clocks, timers and random numbers replaced by traps. If operation code called them, one schedule
 * would mean something different every time; the first call is reported.
 */
export function withTraps<T>(body: () => T): T {
  const { random } = Math;
  const { now } = RealDate;
  const { performance } = globalThis;
  const clock = performance.now;
  const later = LATER.map((name) => globals[name]);
  used = '';
  for (let i = 0; i < LATER.length; i++) globals[LATER[i]!] = trappedLater[i];
  Math.random = trappedRandom;
  RealDate.now = trappedNow;
  performance.now = trappedClock;
  globalThis.Date = trappedDate;
  try {
    return body();
  } finally {
    Math.random = random;
    RealDate.now = now;
    performance.now = clock;
    globalThis.Date = RealDate;
    for (let i = 0; i < LATER.length; i++) globals[LATER[i]!] = later[i];
    // Thrown again here, in case the code caught the first one.
    if (used !== '') trap(used)();
  }
}
