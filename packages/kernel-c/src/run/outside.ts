/** Pages and folios that no entry of the race has had. */
import { type InvariantCode, RacewalkError } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { OutsidePage, type Value } from './objects.js';

/** The thread that runs the code. */
interface Running {
  readonly m: Machine;
  error(what: string, hint?: string): RacewalkError;
}

/** What code did that ends the race: the invariant that it breaks, the first of these that is watched, and in words. */
interface Lost {
  readonly codes: readonly InvariantCode[];
  readonly op: string;
  readonly text: string;
}

/** Thrown where code uses what is not there: on a machine that is somebody else's memory, or none. */
const lost = new WeakMap<RacewalkError, Lost>();

function asLost(th: Running, what: string, hint: string, how: Lost): RacewalkError {
  const { message, code } = th.error(what);
  const error = new RacewalkError(code, message, { hint });
  lost.set(error, how);
  return error;
}

/** Code follows NULL: a kernel stops there, so a race in which that can be is lost as LIVE. */
export const throughNull = (th: Running, what: string): RacewalkError =>
  asLost(th, what, 'look whether there is one before', { codes: ['LIVE'], op: 'NULL', text: what });

/** Code reads memory that was freed. */
export const freed = (th: Running, name: string): RacewalkError =>
  asLost(th, `${name} was freed`, 'list UAF as forbidden', {
    codes: ['UAF'],
    op: 'freed memory',
    text: `${name} is read, and was freed`,
  });

/** The page with a number: one of the race, or something that ends the race as soon as it is used. */
export const pageAt = ({ world }: Machine, pfn: number): Value =>
  world.frames.at(pfn) ?? new OutsidePage(pfn);

/** Whether a value can be used as a page or a folio; throws if it is of no entry, or if this race has no folios. */
export function checkPage(th: Running, p: Value, kind: string): void {
  if (p instanceof OutsidePage) {
    const text = 'a page of a frame that no entry has had is used';
    throw asLost(th, 'this page is not one of the race', 'list UAF or TORN as forbidden', {
      codes: ['UAF', 'TORN'],
      op: 'struct page',
      text,
    });
  }
  if (kind !== 'page' && kind !== 'folio') return;
  if (p === null || p === undefined || p === 0n)
    throw th.error('NULL is handed in here', `look whether there is a ${kind} before the call`);
}

/** A folio that was found; throws where the pages of the race are in none. */
export function checkFolio(th: Running, found: Value, kind: string): Value {
  if (kind !== 'folio' || found !== undefined) return found;
  throw th.error('the pages of this race belong to no folio', 'leave the race out: --test GLOB');
}

/** The body; where it uses what is not there, the race is lost. */
export function* orLost<V>(th: Running, body: Step<V>): Step<V> {
  try {
    return yield* body;
  } catch (error) {
    const how = error instanceof RacewalkError ? lost.get(error) : undefined;
    const code = how?.codes.find((known) => known === 'LIVE' || th.m.world.watches(known));
    if (how === undefined || code === undefined) throw error;
    const { op, text } = how;
    const run: AtomicBody = (_mem, _base, faults) => {
      faults.fail(code, text);
      return 0;
    };
    yield* atomic([], run, { op, text, does: 'observe' }, { locked: false });
    throw error;
  }
}
