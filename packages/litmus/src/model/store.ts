/** Stores, plain and conditional. */
import type { MemoryAccess, Store } from '../program/instruction.js';
import { toValue, type Value } from '../program/value.js';
import { hasTranslated, raiseNew, type Views } from './load.js';
import { pickViewOf, setRegister, valueIn, viewOf } from './local.js';
import { NONE, WRITE } from './messages.js';
import type { Next, Run } from './run.js';
import {
  CAP,
  COH,
  FWD_DEP,
  FWD_EXCLUSIVE,
  FWD_LOAD,
  FWD_TIME,
  PAIR_PLACE,
  PAIR_TIME,
  PAIR_VIEW,
  PC,
  R_OLD,
  REL,
  raise,
  type State,
  view,
  W_NEW,
  W_OLD,
} from './state.js';
import type { Via } from './via.js';

const ONE = toValue(1n);

/** What a store of these attributes waits for. */
export function storeView(run: Run, s: State, c: MemoryAccess, { picked }: Views, data: number): number {
  const { rules } = run.model;
  let pre = Math.max(picked, data, view(s, CAP), view(s, W_NEW));
  if (c.release || (rules.atomicsFence && c.kind !== 'load' && (c.exclusive || c.kind === 'atomic'))) {
    pre = Math.max(pre, view(s, R_OLD), view(s, W_OLD));
  }
  if (c.acquire && c.rcsc && c.kind === 'store') pre = Math.max(pre, view(s, REL));
  if (rules.storesAfterLoads) pre = Math.max(pre, view(s, R_OLD));
  if (rules.storesAfterStores) pre = Math.max(pre, view(s, W_OLD));
  return pre;
}

/** A store about to be made. */
export interface Making {
  readonly place: number;
  readonly value: Value;
  /** View that it must lie above, coherence included. */
  readonly least: number;
  /** What a load that takes its value early waits for. */
  readonly dependency: number;
  /** The view of its load, if it is one of a pair or an atomic. */
  readonly load: number | null;
}

/** What has happened when a store has become message `time`; changes `s`. */
export function hasWritten(s: State, run: Run, c: MemoryAccess, making: Making, time: number): void {
  const word = run.layout.word(making.place);
  raise(s, word + COH, time);
  raise(s, W_OLD, time);
  if (c.release && c.rcsc) raise(s, REL, time);
  s[word + FWD_TIME] = time;
  s[word + FWD_DEP] = making.dependency;
  s[word + FWD_EXCLUSIVE] = making.load === null ? 0 : 1;
  s[word + FWD_LOAD] = making.load ?? 0;
  if (making.load !== null && run.model.rules.atomicsFence) raiseNew(s, time);
}

/** Make a store at every time that is allowed and that `allowed` admits; `done` completes the state. */
export function makeStore(
  run: Run,
  s0: State,
  c: MemoryAccess,
  making: Making,
  via: Via,
  allowed: (time: number) => boolean,
  done: (s: State, time: number) => boolean,
): boolean {
  const { place, value, least } = making;
  return run.eachTime(s0, least, (time) => {
    if (!via.fresh(time) || !allowed(time)) return false;
    const message = { kind: WRITE, place, value, list: NONE };
    return run.make(s0, time, message, least, (s) => {
      hasWritten(s, run, c, making, time);
      return done(s, time);
    });
  });
}

/** All outcomes of a store. */
export function store(
  run: Run,
  s0: State,
  c: Store,
  place: number,
  via: Via,
  views: Views,
  next: Next,
): boolean {
  const failed = c.exclusive && fail(run, s0, c, next);
  if (c.exclusive && view(s0, PAIR_PLACE) !== place) return failed;
  const pair = c.exclusive ? view(s0, PAIR_VIEW) : 0;
  const data = Math.max(pickViewOf(run, s0, c.rs), pair);
  const making: Making = {
    place,
    value: valueIn(run, s0, c.rs),
    least: Math.max(storeView(run, s0, c, views, data), view(s0, run.layout.word(place) + COH), via.view),
    dependency: Math.max(views.data, viewOf(run, s0, c.rs)),
    load: c.exclusive ? pair : null,
  };
  // No store of another thread may lie between the two of a pair.
  const alone = (time: number): boolean => !c.exclusive || isAlone(run, place, view(s0, PAIR_TIME), time);
  const made = makeStore(run, s0, c, making, via, alone, (s, time) => {
    hasTranslated(s, run, via, views);
    if (c.acquire) raiseNew(s, time);
    if (c.exclusive) {
      forgetPair(s);
      setRegister(run, s, c.status, 0, run.model.rules.statusCarries ? time : 0);
    }
    s[PC] = view(s, PC) + 1;
    return next(s);
  });
  return made || failed;
}

/** A conditional store may fail at any time. Then it is no access: nothing waits for its address. */
function fail(run: Run, s0: State, c: Store, next: Next): boolean {
  const s = run.copy(s0);
  forgetPair(s);
  setRegister(run, s, c.status, ONE, 0);
  s[PC] = view(s, PC) + 1;
  return run.release(next(s));
}

function forgetPair(s: State): void {
  s[PAIR_TIME] = 0;
  s[PAIR_VIEW] = 0;
  s[PAIR_PLACE] = -1;
}

function isAlone(run: Run, place: number, from: number, to: number): boolean {
  const { messages } = run;
  for (let time = from + 1; time < to; time++) {
    if (messages.writes(time, place) && messages.thread[time - 1] !== run.id) return false;
  }
  return true;
}
