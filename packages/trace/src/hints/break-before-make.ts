import type { Trace } from '../schema.js';
import { changed, isLive, roleIn } from '../typed.js';
import type { TraceEntry } from '../values.js';
import { type HintRule, stepBy } from './rule.js';

/** What changed that must not change under a walker: contiguity, or the output address. */
function whatChanged({ words }: Trace, { before, after }: TraceEntry): string | undefined {
  const [had, has] = [words[before], words[after]];
  const cont = has?.facts.includes('cont');
  if (had?.facts.includes('cont') !== cont) return cont ? 'became contiguous' : 'lost its contiguous bit';
  const hex = (pfn: number) => `0x${pfn.toString(16)}`;
  const [from, to] = [had?.pfn, has?.pfn];
  return from !== undefined && to !== undefined && from !== to
    ? `went from ${hex(from)} to ${hex(to)}`
    : undefined;
}

/** Arm: size, contiguity and address of a live entry change only after a break. */
export const breakBeforeMake: HintRule = (trace) =>
  trace.events.flatMap((event) =>
    (event.entries ?? []).flatMap((entry) => {
      const { table, index, before, after } = entry;
      if (before === after || !isLive(trace, before) || !isLive(trace, after)) return [];
      const touches = event.cells.some((access) => {
        const role = roleIn(trace, access.cell);
        return role.is === 'entry' && role.table === table && role.index === index && changed(access);
      });
      const what = touches ? whatChanged(trace, entry) : undefined;
      return what
        ? [`${stepBy(trace, event)}: ${table}[${index}] ${what} while still valid (no break before make)`]
        : [];
    }),
  );
