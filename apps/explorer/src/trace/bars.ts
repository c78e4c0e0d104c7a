/** Locks, interrupts that are off and RCU sections as bars beside the steps they cover. */
import type { Trace } from '@racewalk/trace';
import type { Lane } from './lanes.js';

/** A bar in a lane. */
export interface Bar {
  readonly lane: number;
  readonly label: string;
  /** `lock`, or what delays a CPU. */
  readonly kind: 'lock' | 'cpu';
  readonly from: number;
  readonly to: number;
  /** Place among the bars of the lane, from 0. */
  readonly column: number;
}

type Open = Omit<Bar, 'to' | 'column'> & { readonly value: unknown };

/** The bars of a trace. A lock that is never released reaches to the end. */
export function barsOf(trace: Trace, lanes: readonly Lane[]): Bar[] {
  const roles = new Map(trace.cells.map(({ name, role }) => [name, role.is]));
  const laneOfAgent = (agent: number): number =>
    Math.max(
      0,
      lanes.findIndex((lane) => lane.agent === agent),
    );
  const open = new Map<string, Open>();
  const done: Omit<Bar, 'column'>[] = [];
  const close = (key: string, to: number): void => {
    const bar = open.get(key);
    if (bar === undefined) return;
    const { value: _, ...rest } = bar;
    done.push({ ...rest, to });
    open.delete(key);
  };
  for (const { index, agent, does, cells } of trace.events) {
    for (const { cell, now, was, after } of cells) {
      const role = roles.get(cell);
      if (role === 'lock' && now !== was) {
        // Several readers may hold a lock: each has a bar of its own.
        const key = `${cell} ${agent}`;
        if (does === 'unlock') close(key, index);
        else if (!open.has(key)) {
          open.set(key, { lane: laneOfAgent(agent), label: cell, kind: 'lock', from: index, value: now });
        }
      }
      if (role === 'cpu' && now !== was) {
        close(cell, index);
        if (now !== 0)
          open.set(cell, { lane: laneOfAgent(agent), label: after, kind: 'cpu', from: index, value: now });
      }
    }
  }
  for (const key of [...open.keys()]) close(key, trace.events.length - 1);
  return columns(done);
}

/** Bars that overlap stand side by side. */
function columns(bars: readonly Omit<Bar, 'column'>[]): Bar[] {
  const ends = new Map<number, number[]>();
  return [...bars]
    .sort((a, b) => a.from - b.from || b.to - a.to)
    .map((bar) => {
      const lane = ends.get(bar.lane) ?? [];
      const free = lane.findIndex((end) => end < bar.from);
      const column = free < 0 ? lane.length : free;
      lane[column] = bar.to;
      ends.set(bar.lane, lane);
      return { ...bar, column };
    });
}
