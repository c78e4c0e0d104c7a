/** A trace as a picture shows it: lanes, steps, arrows, bars. No DOM, so that it can be tested alone. */
import type { Trace, TraceEvent } from '@racewalk/trace';
import { type Bar, barsOf } from './bars.js';
import { type Edge, edgesOf } from './edges.js';
import { type Kind, kindOf, type Lane, laneOf, lanesOf } from './lanes.js';

/** One row of the picture. */
export interface PictureStep {
  readonly event: TraceEvent;
  readonly index: number;
  readonly lane: number;
  readonly kind: Kind;
  /** What was done, in the kernel's words. */
  readonly op: string;
  /** On what. */
  readonly target: string;
  /** What came of it. */
  readonly value: string;
  /** The store waits in a buffer. */
  readonly buffered: boolean;
  /** The invariant broke here. */
  readonly bad: boolean;
  /** Another agent moved before, although that one could have gone on. */
  readonly switched: boolean;
  /** It matters where it is: one of the steps that the fault hangs on. */
  readonly chain: boolean;
}

/** What a picture is drawn from. */
export interface Picture {
  readonly trace: Trace;
  readonly lanes: readonly Lane[];
  readonly steps: readonly PictureStep[];
  readonly edges: readonly Edge[];
  readonly bars: readonly Bar[];
  /** Bars beside each other in each lane. */
  readonly barColumns: readonly number[];
  /** The step at which it broke: the last one where only the end shows it, -1 where nothing broke. */
  readonly broken: number;
  /** Only the final state shows it. */
  readonly atEnd: boolean;
  /** The chain is known, so that the other steps may be folded. */
  readonly chained: boolean;
  /** The first step that cannot be made good any more; null where it is not known, or there is none. */
  readonly since: number | null;
}

/** A label in two parts: what is done, and on what. */
function labelParts({ label, op }: TraceEvent): readonly [string, string] {
  if (op !== '' && label.startsWith(`${op} `)) return [op, label.slice(op.length + 1)];
  const [, verb = label, target = ''] =
    /^(lock|unlock|trylock|store|load|walk|wait for)\s+(.*)$/.exec(label) ?? [];
  return [verb, target];
}

/** The text behind a step; of hardware that changes an entry, what changed. */
const outcomeOf = (text: string): string => text.replace(/^\w+\[\d+\]: /, '').replace(' (hardware)', '');

export function pictureOf(trace: Trace): Picture {
  const lanes = lanesOf(trace);
  const { fault, events } = trace;
  const flushed = new Set(events.flatMap(({ of }) => (of === undefined ? [] : [of])));
  const chain = new Set(trace.causes?.chain ?? []);
  const broken = fault === null ? -1 : (fault.step ?? events.length - 1);
  const steps = events.map((event, index): PictureStep => {
    const [op, target] = labelParts(event);
    const buffered = trace.memory !== 'sc' && event.kind === 'write' && event.flusher !== true;
    const pending = buffered && (flushed.has(index) || event.cells.every(({ was, now }) => was === now));
    const before = events[index - 1];
    return {
      event,
      index,
      lane: laneOf(lanes, event),
      kind: kindOf(event),
      op,
      target,
      value: pending ? 'waits in the store buffer' : outcomeOf(event.text),
      buffered: pending,
      bad: fault !== null && fault.step === index,
      switched: before !== undefined && before.agent !== event.agent,
      chain: chain.has(index),
    };
  });
  const bars = barsOf(trace, lanes);
  return {
    trace,
    lanes,
    steps,
    edges: edgesOf(trace),
    bars,
    barColumns: lanes.map((_, i) =>
      Math.max(0, ...bars.filter(({ lane }) => lane === i).map((b) => b.column + 1)),
    ),
    broken,
    atEnd: fault !== null && fault.step === null,
    chained: chain.size > 0,
    since: trace.causes?.brokenSince ?? null,
  };
}

/** Number, agent and kind of a step: what its block shows by place and colour. */
export function sayWho({ lanes }: Picture, step: PictureStep): string {
  const lane = lanes[step.lane];
  return `Step ${step.index + 1}, ${lane?.where ?? ''} ${lane?.name ?? ''}, ${step.kind.word}: `;
}

/** What the engine knows of a step's place. */
function standing({ since }: Picture, { index, chain, bad }: PictureStep): string {
  if (index === since) return '. From here on nothing can save it';
  return chain && !bad ? '. The fault hangs on this step' : '';
}

/** The next step of the chain, or the one before. */
export function nextInChain({ steps }: Picture, at: number, by: 1 | -1): number {
  for (let i = at + by; i >= 0 && i < steps.length; i += by) if (steps[i]?.chain) return i;
  return at;
}

/** A step in a sentence, for screen readers and the panel. */
export function sayStep(picture: Picture, step: PictureStep): string {
  const what = [step.op, step.target, step.value].filter((part) => part !== '').join(' ');
  const fault = step.bad ? `. ${picture.trace.fault?.code} is broken here` : '';
  return `${sayWho(picture, step)}${what}${fault}${standing(picture, step)}`;
}

/** The next step of the schedule at which another agent goes on. */
export function nextSwitch(picture: Picture, at: number, by: 1 | -1): number {
  for (let i = at + by; i >= 0 && i < picture.steps.length; i += by) if (picture.steps[i]?.switched) return i;
  return at;
}
