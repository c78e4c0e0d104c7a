/** Pages and folios that no entry of the race has had. */
import { RacewalkError } from '@racewalk/core';
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import { OutsidePage, type Value } from './objects.js';

/** The thread that runs the code. */
interface Running {
  readonly m: Machine;
  error(what: string, hint?: string): RacewalkError;
}

/** Thrown where code uses such a page: on a machine that is somebody else's memory, or none. */
const fromNowhere = new WeakSet<RacewalkError>();

/** The page with a number: one of the race, or something that ends the race as soon as it is used. */
export const pageAt = ({ world }: Machine, pfn: number): Value =>
  world.frames.at(pfn) ?? new OutsidePage(pfn);

/** Whether a value can be used as a page or a folio; throws if it is of no entry, or if this race has no folios. */
export function checkPage(th: Running, p: Value, kind: string): void {
  if (p instanceof OutsidePage) {
    const { message, code } = th.error('this page is not one of the race');
    const error = new RacewalkError(code, message, { hint: 'list UAF or TORN as forbidden' });
    fromNowhere.add(error);
    throw error;
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

/** The body; where it uses a page that no entry has had, the race is lost as UAF, or as TORN. */
export function* orLost<V>(th: Running, body: Step<V>): Step<V> {
  try {
    return yield* body;
  } catch (error) {
    if (!(error instanceof RacewalkError && fromNowhere.has(error))) throw error;
    const code = (['UAF', 'TORN'] as const).find((known) => th.m.world.watches(known));
    if (code === undefined) throw error;
    const text = 'of a frame that no entry has had';
    const run: AtomicBody = (_mem, _base, faults) => {
      faults.fail(code, `a page ${text} is used`);
      return 0;
    };
    yield* atomic([], run, { op: 'struct page', text, does: 'observe' }, { locked: false });
    throw error;
  }
}
