/** Atomics: as one event (RISC-V), or as a load and a store that nothing comes between (Arm). */
import type { Atomic } from '../program/instruction.js';
import { compute } from './evaluate.js';
import { eachRead, hasRead, hasTranslated, loadView, raiseNew, type Views } from './load.js';
import { pickViewOf, setRegister, valueIn, viewOf } from './local.js';
import { NONE, WRITE } from './messages.js';
import type { Next, Run } from './run.js';
import { COH, PC, R_NEW, R_OLD, R_OLD_RET, REL, raise, type State, view } from './state.js';
import { hasWritten, makeStore, storeView } from './store.js';
import type { Via } from './via.js';

/** All outcomes of an atomic. */
export function atomic(
  run: Run,
  s0: State,
  c: Atomic,
  place: number,
  via: Via,
  views: Views,
  next: Next,
): boolean {
  if (run.model.rules.atomicIsOne) return asOne(run, s0, c, place, views, next);
  return asTwo(run, s0, c, place, via, views, next);
}

/** The event reads what stands before its own message. */
function asOne(run: Run, s0: State, c: Atomic, place: number, views: Views, next: Next): boolean {
  const { messages } = run;
  const operand = valueIn(run, s0, c.rs);
  const data = viewOf(run, s0, c.rs);
  let least = Math.max(
    storeView(run, s0, c, views, data),
    view(s0, R_NEW),
    view(s0, run.layout.word(place) + COH),
  );
  if (c.acquire) least = Math.max(least, view(s0, REL));
  return run.eachTime(s0, least, (time) => {
    const read = messages.lastAt(place, time - 1);
    if (read > 0 && run.owes(s0, read)) return false;
    const old = run.content(read, place);
    const value = compute(c, c.combine, old, operand);
    return run.make(s0, time, { kind: WRITE, place, value, list: NONE }, least, (s) => {
      hasWritten(
        s,
        run,
        c,
        { place, value, least, dependency: Math.max(views.data, data), load: time },
        time,
      );
      raise(s, R_OLD, time);
      raise(s, R_OLD_RET, time);
      hasTranslated(s, run, { view: 0, fresh: () => true, offset: -1, writable: true }, views);
      if (c.acquire) raiseNew(s, time);
      setRegister(run, s, c.rd, old, time);
      s[PC] = view(s, PC) + 1;
      return next(s);
    });
  });
}

function asTwo(run: Run, s0: State, c: Atomic, place: number, via: Via, views: Views, next: Next): boolean {
  const pre = loadView(run, s0, c, via, views);
  return eachRead(run, s0, c, place, pre, (read, post) => {
    const old = run.content(read, place);
    const fails = c.expected !== null && valueIn(run, s0, c.expected) !== old;
    if (fails ? !via.fresh(post) : !via.writable) return false;
    const s = run.copy(s0);
    hasRead(s, run, c, place, read, post);
    if (!fails) return run.release(write(run, s0, s, c, place, via, views, { read, post }, next));
    hasTranslated(s, run, via, views);
    setRegister(run, s, c.rd, old, post);
    s[PC] = view(s, PC) + 1;
    return run.release(next(s));
  });
}

function write(
  run: Run,
  s0: State,
  s1: State,
  c: Atomic,
  place: number,
  via: Via,
  views: Views,
  { read, post }: { read: number; post: number },
  next: Next,
): boolean {
  const old = run.content(read, place);
  const data = viewOf(run, s0, c.rs);
  const wait = Math.max(storeView(run, s0, c, views, pickViewOf(run, s0, c.rs)), post);
  const making = {
    place,
    value: compute(c, c.combine, old, valueIn(run, s0, c.rs)),
    least: Math.max(wait, view(s1, run.layout.word(place) + COH), via.view),
    dependency: Math.max(views.data, data, c.swap ? 0 : post),
    load: post,
  };
  const adjacent = (time: number): boolean => run.messages.lastAt(place, time - 1) === read;
  return makeStore(run, s1, c, making, via, adjacent, (s, time) => {
    hasTranslated(s, run, via, views);
    // [A]; amo; [L]: what comes later waits for the store, too.
    if (c.acquire && c.release) raiseNew(s, time);
    setRegister(run, s, c.rd, old, post);
    s[PC] = view(s, PC) + 1;
    return next(s);
  });
}
