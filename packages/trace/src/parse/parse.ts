/**
 * Reads a trace file, trusting nothing in it.
 */
import {
  EVENT_KINDS,
  TRACE_MEMORIES,
  TRACE_SCHEMA,
  type TraceAccess,
  type TraceAgent,
  type TraceCell,
  type TraceEvent,
  type TraceFault,
  type TraceFinal,
  type TraceStats,
  type TraceV1,
} from '../schema.js';
import * as c from './check.js';

const access = c.object<TraceAccess>({
  cell: c.name,
  before: c.text,
  after: c.text,
  beforeRaw: c.optional(c.integer),
  afterRaw: c.optional(c.integer),
});

const event = c.object<TraceEvent>({
  index: c.count,
  agent: c.count,
  flusher: c.optional(c.flag),
  kind: c.oneOf(EVENT_KINDS),
  label: c.text,
  text: c.text,
  cells: c.list(access),
  result: c.integer,
  choice: c.optional(c.count),
});

const trace = c.object<TraceV1>({
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
  agents: c.list(
    c.object<TraceAgent>({
      id: c.count,
      name: c.name,
      title: c.text,
      cpu: c.optional(c.count),
      role: c.optional(c.text),
    }),
  ),
  cells: c.list(c.object<TraceCell>({ name: c.name, initial: c.text, ghost: c.optional(c.flag) })),
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
function checkLinks(t: TraceV1): void {
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
  t.events.forEach((e, i) => {
    if (e.index !== i) throw c.bad(`events[${i}].index`, e.index, `${i}, its position`);
    if (!agents.has(e.agent)) throw c.bad(`events[${i}].agent`, e.agent, 'the id of one of `agents`');
    e.cells.forEach((a, k) => {
      known(a.cell, `events[${i}].cells[${k}].cell`);
    });
  });
  t.final.forEach((f, i) => {
    known(f.cell, `final[${i}].cell`);
  });
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
    throw c.bad('', json, `JSON (${why})`, 'a token starts with rw1: and is not a file; pass it as it is');
  }
}

/**
 * Checks a trace and returns a copy that has only known fields.
 *
 * @param input - JSON text, or what `JSON.parse` made of it
 * @throws RacewalkError `RACEWALK_BAD_TRACE`, with the place, what was expected there and a hint
 */
export function parseTrace(input: unknown): TraceV1 {
  const value = typeof input === 'string' ? fromText(input) : input;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const schema = 'schema' in value ? value.schema : undefined;
    if (schema !== TRACE_SCHEMA) {
      const other = typeof schema === 'string' && schema.startsWith('racewalk.trace/');
      const hint = other
        ? 'the file was written by another version of racewalk; record it again with this one'
        : 'this is not a trace file; make one with: racewalk explain TEST --format json';
      throw c.bad('schema', schema, `"${TRACE_SCHEMA}"`, hint);
    }
  }
  const checked = trace(value, '');
  checkLinks(checked);
  return checked;
}
