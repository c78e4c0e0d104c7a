/** What a replay token notices of a schedule, and what it does not mind. */

import { toyArch } from '@racewalk/toys';
import type { Trace } from '@racewalk/trace';
import { beforeAll, describe, expect, it } from 'vitest';
import { plan, runCell } from '../src/matrix/index.js';
import { fingerprintOf, firstDifference } from '../src/matrix/replay/fingerprint.js';
import { zapVsStore } from './toy-races.js';

type Event = Trace['events'][number];
type Touched = Event['cells'][number];

let trace: Trace;

beforeAll(async () => {
  const [cell] = plan([toyArch()], [zapVsStore], { variant: 'read-then-clear' }).cells;
  const { trace: found } = await runCell(cell!, { shrinkStates: 0 });
  trace = found!;
});

/** The trace with a change of one step. */
const stepped = (at: number, change: (event: Event) => Partial<Event>): Trace => ({
  ...trace,
  events: trace.events.map((event, i) => (i === at ? { ...event, ...change(event) } : event)),
});

/** The trace with a change of the first word that one step touches. */
const touched = (at: number, change: (cell: Touched) => Partial<Touched>): Trace =>
  stepped(at, ({ cells }) => ({ cells: cells.map((c, i) => (i === 0 ? { ...c, ...change(c) } : c)) }));

const difference = (other: Trace) => firstDifference(fingerprintOf(trace), fingerprintOf(other));

describe('a fingerprint', () => {
  it('is the same for the same schedule', () => {
    expect(fingerprintOf({ ...trace })).toBe(fingerprintOf(trace));
    expect(firstDifference(fingerprintOf(trace), fingerprintOf({ ...trace }))).toBeNull();
  });

  it('notices what a step found, and what it left', () => {
    const steps = trace.events.flatMap((event, i) => (event.cells.length > 0 ? [i] : []));
    expect(steps.length).toBeGreaterThan(2);
    for (const at of steps) {
      const found = touched(at, (c) =>
        c.was === undefined ? { before: c.before + 1 } : { was: `${c.was}!` },
      );
      const left = touched(at, (c) => (c.now === undefined ? { after: c.after + 1 } : { now: `${c.now}!` }));
      expect(difference(found)).toEqual({ at: 'step', step: at });
      expect(difference(left)).toEqual({ at: 'step', step: at });
      expect(difference(touched(at, (c) => ({ cell: c.cell + 1 })))).toEqual({ at: 'step', step: at });
    }
  });

  it('notices who takes a step, of which kind, and in which operation', () => {
    for (const change of [
      (e: Event) => ({ agent: e.agent + 1 }),
      (e: Event) => ({ flusher: e.flusher !== true }),
      (e: Event) => ({ kind: `${e.kind}!` }),
      (e: Event) => ({ op: `${e.op ?? ''}!` }),
      (e: Event) => ({ choice: (e.choice ?? 0) + 1 }),
    ]) {
      expect(difference(stepped(1, change as (event: Event) => Partial<Event>))).toEqual({
        at: 'step',
        step: 1,
      });
    }
  });

  it('notices another end, a missing step, and other agents', () => {
    const fault = { ...trace.fault!, message: 'something else' };
    expect(difference({ ...trace, fault })).toEqual({ at: 'end' });
    const last = trace.events.length - 1;
    expect(difference({ ...trace, events: trace.events.slice(0, -1) })).toEqual({ at: 'step', step: last });
    const agents = trace.agents.map((agent, i) => (i === 0 ? { ...agent, name: 'nobody' } : agent));
    expect(difference({ ...trace, agents })).toEqual({ at: 'start' });
  });

  it('does not mind how a step is called', () => {
    expect(difference(stepped(1, () => ({ label: 'in other words' })))).toBeNull();
  });
});
