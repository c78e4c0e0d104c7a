/**
 * Whether a translation may still be used. There is no TLB in the model: a translation may have read any message of its
 * descriptor, however old, unless an invalidation that is complete forbids it. (aarch64.cat, TLBI-ob; Arm ARM DDI 0487
 * D8.14.)
 */
import { COMPLETE, EVERY_PAGE } from '../model/messages.js';
import type { Run } from '../model/run.js';

/** A translation of variable `page` through word `entry`. */
export interface Translation {
  readonly page: number;
  readonly entry: number;
  /** The message that it has read, and what it had to wait for. */
  readonly read: number;
  readonly view: number;
}

/**
 * Whether it may be used by an access that happens at `time`; `sameOffset` is the view of earlier translations of the
 * thread at the same offset of a page.
 */
export function isFresh(
  run: Run,
  { page, entry, read, view }: Translation,
  time: number,
  sameOffset: number,
): boolean {
  const { messages } = run;
  for (let done = 1; done <= messages.length; done++) {
    if (messages.kind[done - 1] !== COMPLETE) continue;
    const own = messages.thread[done - 1] === run.id;
    const late = view >= done || (!own && Math.max(time, sameOffset) >= done);
    if (!late) continue;
    for (const tlbi of messages.list[done - 1] ?? []) {
      const reaches = own || messages.value[tlbi - 1] === 1;
      const target = messages.place[tlbi - 1];
      if (!reaches || (target !== EVERY_PAGE && target !== page)) continue;
      // Something newer was in the table when the invalidation was issued.
      if (messages.lastAt(entry, tlbi - 1) > read) return false;
    }
  }
  return true;
}
