/**
 * Reads a trace file, trusting nothing in it.
 */
import { RacewalkError } from '@racewalk/core/step';
import {
  TRACE_MEMORIES,
  TRACE_SCHEMA,
  type Trace,
  type TraceAgent,
  type TraceCauses,
  type TraceCell,
  type TraceFault,
  type TraceFinal,
  type TraceStats,
} from '../schema.js';
import type { TraceField, TraceWord } from '../values.js';
import * as c from './check.js';
import { event, value } from './event.js';
import { role } from './roles.js';

const trace = c.object<Trace>({
  schema: c.oneOf([TRACE_SCHEMA]),
  version: c.name,
  test: c.name,
  title: c.optional(c.text),
  source: c.optional(c.text),
  arch: c.name,
  variant: c.name,
  memory: c.oneOf(TRACE_MEMORIES),
  params: c.dictionary(c.scalar),
  fault: c.nullable(c.object<TraceFault>({ code: c.name, message: c.text, step: c.nullable(c.count) })),
  causes: c.optional(
    c.object<TraceCauses>({
      chain: c.optional(c.list(c.count)),
      brokenSince: c.optional(c.nullable(c.count)),
      tried: c.count,
      unsure: c.list(c.text),
    }),
  ),
  agents: c.list(
    c.object<TraceAgent>({
      id: c.count,
      name: c.name,
      title: c.text,
      cpu: c.optional(c.count),
      role: c.optional(c.text),
    }),
  ),
  cells: c.list(
    c.object<TraceCell>({
      name: c.name,
      role,
      initial: c.text,
      value: c.optional(value),
      ghost: c.optional(c.flag),
    }),
  ),
  layout: c.list(
    c.object<TraceField>({
      name: c.name,
      lo: c.count,
      hi: c.count,
      means: c.text,
      software: c.optional(c.flag),
    }),
  ),
  words: c.dictionary(
    c.object<TraceWord>({ text: c.text, live: c.flag, pfn: c.optional(c.count), facts: c.list(c.text) }),
  ),
  events: c.list(event),
  final: c.list(c.object<TraceFinal>({ cell: c.name, text: c.text })),
  stats: c.object<TraceStats>({
    executions: c.optional(c.count),
    shrunkFrom: c.optional(c.count),
    steps: c.count,
    preemptions: c.count,
  }),
  hints: c.list(c.text),
  token: c.optional(c.text),
  omits: c.optional(c.list(c.text)),
});

/** What shape checks cannot see: names that point nowhere, numbers out of order. */
function checkLinks(t: Trace): void {
  const agents = new Set<number>();
  t.agents.forEach((agent, i) => {
    if (agents.has(agent.id)) throw c.bad(`agents[${i}].id`, agent.id, 'an id no other agent has');
    agents.add(agent.id);
  });
  const cells = new Set<string>();
  t.cells.forEach((cell, i) => {
    if (cells.has(cell.name)) throw c.bad(`cells[${i}].name`, cell.name, 'a name no other cell has');
    cells.add(cell.name);
  });
  const known = (name: string, at: string) => {
    if (!cells.has(name)) throw c.bad(at, name, 'the name of one of `cells`');
  };
  const earlier = (index: number | null | undefined, than: number, at: string) => {
    if (typeof index === 'number' && index >= than) throw c.bad(at, index, `an index below ${than}`);
  };
  t.events.forEach((e, i) => {
    if (e.index !== i) throw c.bad(`events[${i}].index`, e.index, `${i}, its position`);
    if (!agents.has(e.agent)) throw c.bad(`events[${i}].agent`, e.agent, 'the id of one of `agents`');
    const at = `events[${i}]`;
    e.on.forEach((cell, k) => {
      known(cell, `${at}.on[${k}]`);
    });
    e.cells.forEach((a, k) => {
      known(a.cell, `${at}.cells[${k}].cell`);
      earlier(a.from, i, `${at}.cells[${k}].from`);
    });
    e.drops?.forEach((d, k) => {
      known(d.cell, `${at}.drops[${k}].cell`);
      earlier(d.filledBy, i, `${at}.drops[${k}].filledBy`);
    });
    earlier(e.of, i, `${at}.of`);
    e.completes?.forEach((n, k) => {
      earlier(n, i, `${at}.completes[${k}]`);
    });
  });
  t.final.forEach((f, i) => {
    known(f.cell, `final[${i}].cell`);
  });
  for (const index of [...(t.causes?.chain ?? []), t.causes?.brokenSince ?? 0]) {
    if (index >= Math.max(t.events.length, 1))
      throw c.bad('causes', index, `an index below ${t.events.length}`);
  }
  const step = t.fault?.step;
  if (typeof step === 'number' && step >= t.events.length) {
    throw c.bad('fault.step', step, `null or an index below ${t.events.length}`);
  }
}

function fromText(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = /^\s*[[{]/.test(json)
      ? 'was the file cut? record it again: racewalk explain TEST --format json --output FILE'
      : 'a token starts with rw1: and is not a file; pass it as it is';
    throw c.bad('', json, `JSON (${why})`, hint);
  }
}

/**
 * Checks a trace and returns a copy that has only known fields.
 *
 * @param input - JSON text, or what `JSON.parse` made of it
 * @throws RacewalkError `RACEWALK_TRACE_VERSION`, or `RACEWALK_BAD_TRACE` with the place, what was expected there and a hint
 */
export function parseTrace(input: unknown): Trace {
  const found = typeof input === 'string' ? fromText(input) : input;
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) {
    const schema = 'schema' in found ? found.schema : undefined;
    if (typeof schema === 'string' && schema !== TRACE_SCHEMA && schema.startsWith('racewalk.trace/')) {
      throw new RacewalkError('RACEWALK_TRACE_VERSION', `a trace of another version: ${schema}`, {
        expected: TRACE_SCHEMA,
        hint: 'it was written by another version of racewalk; record it again: racewalk explain TEST --format json',
      });
    }
    if (schema !== TRACE_SCHEMA) {
      const hint = 'this is not a trace file; make one with: racewalk explain TEST --format json';
      throw c.bad('schema', schema, `"${TRACE_SCHEMA}"`, hint);
    }
  }
  const checked = trace(found, '');
  checkLinks(checked);
  return checked;
}
