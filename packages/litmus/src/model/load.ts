/** Loads: which messages may be read, and what follows from reading one. */
import type { Load, MemoryAccess } from '../program/instruction.js';
import { setRegister } from './local.js';
import type { Next, Run } from './run.js';
import {
  CAP,
  COH,
  F_NEW,
  FWD_DEP,
  FWD_EXCLUSIVE,
  FWD_LOAD,
  FWD_TIME,
  PAIR_PLACE,
  PAIR_TIME,
  PAIR_VIEW,
  PC,
  R_NEW,
  R_OLD,
  R_OLD_RET,
  REL,
  raise,
  type State,
  T_OLD,
  view,
  W_NEW,
  W_OLD,
} from './state.js';
import type { Via } from './via.js';

/** Views of the address: of the data it comes from, and with pick dependencies. */
export interface Views {
  readonly data: number;
  readonly picked: number;
}

/** What a load of these attributes waits for. */
export function loadView(run: Run, s: State, c: MemoryAccess, via: Via, { data }: Views): number {
  const { rules } = run.model;
  let pre = Math.max(data, view(s, R_NEW), via.view);
  if (c.acquire && c.rcsc) pre = Math.max(pre, view(s, REL));
  if (c.release && c.kind !== 'atomic') pre = Math.max(pre, view(s, R_OLD), view(s, W_OLD));
  if (rules.loadsAfterLoads) pre = Math.max(pre, view(s, R_OLD));
  if (rules.loadsAfterStores) pre = Math.max(pre, view(s, W_OLD));
  return pre;
}

/** Every message that the load may read, with the view it then has. */
export function eachRead(
  run: Run,
  s: State,
  c: MemoryAccess,
  place: number,
  pre: number,
  use: (time: number, post: number) => boolean,
): boolean {
  const { messages, model } = run;
  const word = run.layout.word(place);
  const length = messages.length;
  const forwarded = view(s, word + FWD_TIME);
  const oldest = messages.lastAt(place, Math.min(Math.max(pre, view(s, word + COH)), length));
  let any = false;
  for (let time = oldest; time <= length; time++) {
    if (time !== 0 && !messages.writes(time, place)) continue;
    // An own store that comes later in the program; an own hardware update may be seen early.
    if (time > 0 && messages.kind[time - 1] === 0 && run.owes(s, time)) continue;
    const exclusive = view(s, word + FWD_EXCLUSIVE) === 1;
    const early =
      time !== 0 &&
      forwarded === time &&
      model.rules.forwards &&
      !(exclusive && model.rules.exclusivesNotForwarded);
    // rmw; lrs; [A]: an acquire waits at least for the load of the pair.
    const pair = c.acquire && exclusive ? view(s, word + FWD_LOAD) : 0;
    const post = Math.max(pre, early ? Math.max(view(s, word + FWD_DEP), pair) : time);
    if (use(time, post)) any = true;
  }
  return any;
}

/** What has happened when a load has read message `time` with view `post`; changes `s`. */
export function hasRead(
  s: State,
  run: Run,
  c: MemoryAccess,
  place: number,
  time: number,
  post: number,
): void {
  const word = run.layout.word(place);
  raise(s, word + COH, Math.max(post, time));
  raise(s, R_OLD, post);
  if (!(c.kind === 'atomic' && c.noReturn)) raise(s, R_OLD_RET, post);
  if (c.acquire) raiseNew(s, post);
  if (c.release && c.rcsc && c.kind === 'load') raise(s, REL, post);
}

/** Everything later waits for `to`. */
export function raiseNew(s: State, to: number): void {
  raise(s, R_NEW, to);
  raise(s, W_NEW, to);
  raise(s, F_NEW, to);
}

/** Later stores wait for the address and the translation of an access. */
export function hasTranslated(s: State, run: Run, via: Via, { picked }: Views): void {
  raise(s, CAP, Math.max(picked, via.view));
  raise(s, T_OLD, via.view);
  if (via.offset >= 0) raise(s, run.layout.offsets + via.offset, via.view);
}

/** All outcomes of a load. */
export function load(
  run: Run,
  s0: State,
  c: Load,
  place: number,
  via: Via,
  views: Views,
  next: Next,
): boolean {
  const pre = loadView(run, s0, c, via, views);
  return eachRead(run, s0, c, place, pre, (time, post) => {
    if (!via.fresh(post)) return false;
    const s = run.copy(s0);
    hasRead(s, run, c, place, time, post);
    hasTranslated(s, run, via, views);
    if (c.exclusive) {
      s[PAIR_TIME] = time;
      s[PAIR_VIEW] = post;
      s[PAIR_PLACE] = place;
    }
    setRegister(run, s, c.rd, run.content(time, place), post);
    s[PC] = view(s, PC) + 1;
    return run.release(next(s));
  });
}
