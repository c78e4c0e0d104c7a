/**
 * Short-hand for writing traces by hand. `pte[3]`, `pte[3].low`, `tlb1:pte[3]`, `frame 0x40` and `ptl` stand for
 * words of that role, any other name for a plain word; `0x41 rw dirty` stands for an entry that maps frame 0x41.
 */
import type { Does, WordRole } from '@racewalk/core/step';
import {
  EVENT_KINDS,
  type EventKind,
  TRACE_SCHEMA,
  type Trace,
  type TraceAccess,
  type TraceCell,
  type TraceEvent,
  type TraceValue,
  type TraceWord,
} from '../src/index.js';

const USUAL: Readonly<Record<EventKind, Does>> = {
  read: 'read',
  write: 'store',
  xchg: 'exchange',
  cmpxchg: 'exchange',
  or: 'update',
  lock: 'lock',
  unlock: 'unlock',
  trylock: 'lock',
  await: 'wait',
  retry: 'retry',
  choose: 'choose',
  atomic: 'update',
  fence: 'fence',
  flush: 'store',
};

/** What the short name of a word stands for. */
export function roleOf(name: string): WordRole {
  const entry = /^(?:tlb(\d+):?)?(pte\w*)?\[(\d+)\](?:\.(low|high))?$/.exec(name);
  const frame = /^frame (0x[0-9a-f]+)$/.exec(name);
  if (frame) return { is: 'frame-flags', pfn: Number(frame[1]) };
  if (name === 'ptl') return { is: 'lock' };
  if (!entry || (entry[1] === undefined && entry[2] === undefined)) return { is: 'word' };
  const [, cpu, table = 'pte', index, half] = entry;
  if (cpu !== undefined) return { is: 'tlb', cpu: Number(cpu), table, index: Number(index) };
  const whole = { is: 'entry', table, index: Number(index), level: 'pte' } as const;
  return half === 'low' || half === 'high' ? { ...whole, half } : whole;
}

/** A word of memory that starts with this text. */
export const cell = (name: string, initial: string, ghost = false): TraceCell => ({
  name,
  role: ghost ? { is: 'ghost' } : roleOf(name),
  initial,
  ...(ghost ? { ghost } : {}),
});

/** What an entry written in short says. */
export function wordOf(text: string): TraceWord {
  const words = text.replace(/pfn /, '').split(' ');
  const pfn = words.find((word) => word.startsWith('0x'));
  return {
    text,
    live: words.some((word) => ['valid', 'rw', 'ro'].includes(word)),
    ...(pfn === undefined ? {} : { pfn: Number(pfn) }),
    facts: text === 'none' ? [] : words.filter((word) => word !== pfn),
  };
}

/** Numbers for the texts of one trace, the empty ones first. */
class Values {
  readonly words: Record<string, TraceWord> = {};
  readonly #texts = ['none', ''];

  of(name: string, text: string): TraceValue {
    const role = roleOf(name);
    if (/^\d+$/.test(text)) return Number(text);
    if (!this.#texts.includes(text)) this.#texts.push(text);
    const at = Math.max(0, this.#texts.indexOf(text) - 1);
    if (role.is !== 'tlb' && (role.is !== 'entry' || role.half !== undefined)) return at;
    const hex = `0x${at.toString(16).padStart(16, '0')}`;
    this.words[hex] = wordOf(text);
    return hex;
  }
}

/** `cell: before` or `cell: before => after`. */
function access(spec: string, values: Values): TraceAccess {
  const [name = '', texts = ''] = spec.split(/: (.*)/s);
  const [before = '', after = before] = texts.split(' => ');
  return { cell: name, before, after, was: values.of(name, before), now: values.of(name, after) };
}

/** One event without its index. */
export type Draft = Omit<TraceEvent, 'index' | 'cells' | 'on'> & {
  readonly cells: readonly string[];
  readonly on?: readonly string[];
};

/** An event: agent, kind or what it does, label, what came of it, and the cells as {@link access} reads them. */
export function ev(
  agent: number,
  what: EventKind | Does,
  label: string,
  text: string,
  ...cells: string[]
): Draft {
  const kind = EVENT_KINDS.find((k) => k === what) ?? 'atomic';
  const does = kind === what ? USUAL[kind] : (what as Does);
  return { agent, kind, op: '', does, label, text, cells };
}

function eventOf(draft: Draft, index: number, values: Values): TraceEvent {
  const cells = draft.cells.map((spec) => access(spec, values));
  const entries = cells.flatMap(({ cell: name, was, now }) => {
    const role = roleOf(name);
    if (role.is !== 'entry' || typeof was !== 'string' || typeof now !== 'string') return [];
    const { table, level } = role;
    return [{ table, index: role.index, level, before: was, after: now, fields: [] }];
  });
  const on = draft.on ?? cells.slice(0, 1).map((a) => a.cell);
  return { ...draft, index, cells, on, ...(entries.length === 0 ? {} : { entries }) };
}

/** A trace around some events; cells that nobody declared are added. */
export function makeTrace(drafts: readonly Draft[], rest: Partial<Trace> = {}): Trace {
  const values = new Values();
  const events = drafts.map((draft, index) => eventOf(draft, index, values));
  const cells = new Map((rest.cells ?? []).map((known) => [known.name, known]));
  const declare = (name: string, initial: string) => {
    if (!cells.has(name)) cells.set(name, cell(name, initial));
  };
  for (const a of events.flatMap((e) => e.cells)) declare(a.cell, a.before);
  for (const f of rest.final ?? []) declare(f.cell, f.text);
  const ids = [...new Set(events.map((e) => e.agent))].sort((a, b) => a - b);
  return {
    schema: TRACE_SCHEMA,
    version: '0.1.0',
    test: 'toy/race',
    arch: 'toy',
    variant: 'upstream',
    memory: 'sc',
    params: {},
    fault: null,
    agents: ids.map((id) => ({ id, name: `t${id}`, title: `t${id} (cpu${id})`, cpu: id })),
    layout: [],
    words: values.words,
    events,
    final: [],
    stats: { steps: events.length, preemptions: 0 },
    hints: [],
    ...rest,
    cells: [...cells.values()],
  };
}
