import { changed, isLive, wordsOf } from '../labels.js';
import type { TraceAccess } from '../schema.js';
import { type HintRule, stepBy } from './rule.js';

const word = (text: string, test: RegExp) => wordsOf(text).find((w) => test.test(w));

const TABLE = /^p[a-z0-9]*\[/;
const FRAME = /^(pfn )?0x/;

/** What changed that must not change under a walker: contiguity, or the output address. */
function whatChanged({ before, after }: TraceAccess): string | undefined {
  const [had, has] = [word(before, /^cont$/), word(after, /^cont$/)];
  if (had !== has) return has ? 'became contiguous' : 'lost its contiguous bit';
  const [from, to] = [word(before, FRAME), word(after, FRAME)];
  return from !== undefined && to !== undefined && from !== to ? `went from ${from} to ${to}` : undefined;
}

/** Arm: size, contiguity and address of a live entry change only after a break. */
export const breakBeforeMake: HintRule = (trace) =>
  trace.events.flatMap((event) =>
    event.cells.flatMap((access) => {
      if (!TABLE.test(access.cell) || !changed(access)) return [];
      if (!isLive(access.before) || !isLive(access.after)) return [];
      const what = whatChanged(access);
      return what
        ? [`${stepBy(trace, event)}: ${access.cell} ${what} while still valid (no break before make)`]
        : [];
    }),
  );
