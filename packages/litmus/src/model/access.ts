/** One access of a thread, with its translation and the faults it can take. */
import { codeAddress, type MemoryAccess, type Shared } from '../program/instruction.js';
import { virtualAddress } from '../program/symbols.js';
import { bitsOf, toValue } from '../program/value.js';
import { isFresh } from '../vmsa/fresh.js';
import { complete, invalidate } from '../vmsa/invalidate.js';
import { FAULTS, type Mmu } from '../vmsa/mmu.js';
import { translate } from '../vmsa/translate.js';
import { atomic } from './atomic.js';
import { bounded } from './bounded.js';
import { addressOf } from './evaluate.js';
import { load, type Views } from './load.js';
import { pickViewOf, setRegister, synchronise, valueIn, viewOf } from './local.js';
import type { Next, Run } from './run.js';
import { AGAIN, DEAD, ENDED, FAULTED, MOST_FAULTS, PC, type State, view } from './state.js';
import { store } from './store.js';
import { DIRECT, type Via } from './via.js';

/** All steps of a thread that stands before `c`. */
export function step(run: Run, s: State, c: Shared, next: Next): boolean {
  if (c.kind === 'invalidate') return invalidate(run, s, c, next);
  if (c.kind === 'fence') return complete(run, s, c, next);
  const { base, index } = c.address;
  const address = addressOf(c.address, valueIn(run, s, base), valueIn(run, s, index));
  const views = {
    data: Math.max(viewOf(run, s, base), viewOf(run, s, index)),
    picked: Math.max(pickViewOf(run, s, base), pickViewOf(run, s, index)),
  };
  const { mmu, test } = run.model;
  const target = mmu === null ? null : test.symbols.target(bitsOf(address));
  if (mmu === null || target?.is !== 'virtual') {
    // Tables belong to the kernel.
    const refused = target?.is === 'entry' && mmu?.virtual.el0[run.id] === true && !handles(run, s);
    if (refused) return takeFault(run, mmu, s, target.variable, FAULTS.indexOf('Permission'), 0, next);
    return perform(run, s, c, run.placeOf(address), DIRECT, views, next);
  }
  return virtual(run, mmu, s, c, { page: target.variable, offset: target.offset }, views, next);
}

function perform(
  run: Run,
  s: State,
  c: MemoryAccess,
  place: number,
  via: Via,
  views: Views,
  next: Next,
): boolean {
  if (c.kind === 'load') return load(run, s, c, place, via, views, next);
  if (c.kind === 'store') return store(run, s, c, place, via, views, next);
  return atomic(run, s, c, place, via, views, next);
}

/** An access through the table, for each translation that is allowed. */
function virtual(
  run: Run,
  mmu: Mmu,
  s: State,
  c: MemoryAccess,
  { page, offset }: { page: number; offset: bigint },
  views: Views,
  next: Next,
): boolean {
  const access = c.kind === 'load' ? 'load' : 'store';
  const number = run.offsetOf(Number(offset));
  const privileged = mmu.virtual.el0[run.id] !== true || handles(run, s);
  const go = (updates: 'load' | 'store', writable: boolean): boolean =>
    translate(run, mmu, s, { page, access, updates, views, privileged }, (s1, walked) => {
      if (walked.fault !== null) return takeFault(run, mmu, s1, page, walked.fault, walked.view, next);
      const place = run.placeOf(toValue(mmu.entries.frame(walked.entry) + offset));
      const earlier = view(s, run.layout.offsets + number);
      const fresh = (time: number): boolean => isFresh(run, walked.translation, time, earlier);
      return perform(run, s1, c, place, { view: walked.view, fresh, offset: number, writable }, views, next);
    });
  const asked = go(access, true);
  // A compare and swap that fails may leave the descriptor clean.
  const mayNotWrite = c.kind === 'atomic' && c.expected !== null && mmu.virtual.hd[run.id] === true;
  return (mayNotWrite && go('load', false)) || asked;
}

/** Whether the thread is in its handler, which is privileged. */
const handles = ({ thread: { handler } }: Run, s: State): boolean =>
  handler !== null && view(s, PC) >= handler.start;

/** A fault: the thread enters its handler, or ends, or goes on as the test says. */
function takeFault(
  run: Run,
  mmu: Mmu,
  s0: State,
  page: number,
  kind: number,
  seen: number,
  next: Next,
): boolean {
  const s = run.copy(s0);
  const { handler } = run.thread;
  if (s[AGAIN] === 1 || handles(run, s)) {
    // Nobody looks at a second fault, nor at one of a handler; another thread may still mend the table in time.
    s[DEAD] = 1;
    s[PC] = ENDED;
    return run.release(next(s));
  }
  const { faults } = run.layout;
  let i = 0;
  while (i < MOST_FAULTS && view(s, faults + i) !== 0) i++;
  if (i === MOST_FAULTS) throw bounded(`more than ${MOST_FAULTS} faults of one thread`);
  s[faults + i] = packFault({ pc: view(s, PC), page, kind });
  if (handler !== null) {
    // Entering the handler is a context synchronisation event; ELR_EL1 has the address of the line that faulted.
    const line = handler.lines.findLastIndex((start) => start <= view(s, PC));
    setRegister(run, s, handler.link, toValue(codeAddress(run.id, line)), 0);
    setRegister(run, s, handler.far, toValue(virtualAddress(page)), 0);
    synchronise(s, seen);
    s[FAULTED] = view(s, PC);
    s[PC] = handler.start;
  } else if (mmu.virtual.afterFault === 'end') s[PC] = ENDED;
  else {
    synchronise(s, seen);
    if (mmu.virtual.afterFault === 'again') s[AGAIN] = 1;
    else s[PC] = view(s, PC) + 1;
  }
  return run.release(next(s));
}

/** A fault that a thread has taken. */
export interface Fault {
  readonly pc: number;
  /** Number of the variable. */
  readonly page: number;
  /** Index in `FAULTS`. */
  readonly kind: number;
}

const packFault = ({ pc, page, kind }: Fault): number => 1 + kind + 4 * (page + 4096 * pc);

/** The fault that a number in a state stands for. */
export function unpackFault(packed: number): Fault {
  const bare = packed - 1;
  const rest = bare >> 2;
  return { kind: bare & 3, page: rest & 4095, pc: rest >> 12 };
}
