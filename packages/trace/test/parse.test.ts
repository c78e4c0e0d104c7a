import { RacewalkError } from '@racewalk/core';
import { OpKind } from '@racewalk/core/step';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EVENT_KINDS, parseTrace, type Trace } from '../src/index.js';
import { teardown } from './traces.js';

type Json = Record<string, unknown>;

const copy = (): Json => JSON.parse(JSON.stringify(teardown)) as Json;

/** A copy in which the value at `path` is replaced; `undefined` removes it. */
function broken(path: string, value: unknown): Json {
  const root = copy();
  const keys = path.split('.');
  const last = keys.pop()!;
  const holder = keys.reduce<Json>((at, key) => at[key] as Json, root);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return root;
}

function refusal(input: unknown): RacewalkError {
  try {
    parseTrace(input);
  } catch (error) {
    if (error instanceof RacewalkError) return error;
    throw error;
  }
  throw new Error('accepted');
}

describe('EVENT_KINDS', () => {
  it('are the step kinds of core, by position, and flush', () => {
    for (const [kind, number] of Object.entries(OpKind)) {
      if (kind !== 'KEY') expect(EVENT_KINDS[number]).toBe(kind.toLowerCase());
    }
    expect(EVENT_KINDS).toHaveLength(OpKind.FENCE + 2);
    expect(EVENT_KINDS.at(-1)).toBe('flush');
  });
});

describe('parseTrace', () => {
  it('returns an equal copy of a good trace, from text or from an object', () => {
    expect(parseTrace(JSON.stringify(teardown))).toEqual(teardown);
    expect(parseTrace(teardown)).toEqual(teardown);
    expect(parseTrace(teardown)).not.toBe(teardown);
  });

  it('accepts a trace without a fault and without optional fields', () => {
    const { title, source, token, omits, ...bare } = teardown;
    const good: Trace = { ...bare, fault: null };
    expect(parseTrace(good)).toEqual(good);
  });

  it('leaves out what it does not know', () => {
    expect(parseTrace(broken('colour', 'blue'))).toEqual(teardown);
    const polluted = parseTrace(JSON.stringify(teardown).replace('{', '{"__proto__":{"fault":1},'));
    expect(Object.getPrototypeOf(polluted)).toBe(Object.prototype);
  });

  it.each<[string, unknown, string]>([
    ['schema', undefined, 'schema'],
    ['version', '', 'version'],
    ['test', 5, 'test'],
    ['memory', 'pso', 'memory'],
    ['params', [], 'params'],
    ['params.n', null, 'params.n'],
    ['fault', undefined, 'fault'],
    ['fault.step', 99, 'fault.step'],
    ['fault.step', -1, 'fault.step'],
    ['fault.code', 1, 'fault.code'],
    ['agents', {}, 'agents'],
    ['agents.1.id', 0, 'agents[1].id'],
    ['agents.1.cpu', '1', 'agents[1].cpu'],
    ['cells.1.name', 'ptl', 'cells[1].name'],
    ['cells.0.ghost', 1, 'cells[0].ghost'],
    ['events.3', null, 'events[3]'],
    ['events.3.index', 4, 'events[3].index'],
    ['events.3.agent', 7, 'events[3].agent'],
    ['events.3.kind', 'key', 'events[3].kind'],
    ['events.3.does', 'nothing', 'events[3].does'],
    ['events.3.on', ['nowhere'], 'events[3].on[0]'],
    ['events.3.cells.0.from', 3, 'events[3].cells[0].from'],
    ['events.3.cells.0.was', '0x40', 'events[3].cells[0].was'],
    ['events.3.entries.0.before', 'none', 'events[3].entries[0].before'],
    ['events.3.of', 7, 'events[3].of'],
    ['events.3.at', { file: 'mm/memory.c' }, 'events[3].at.line'],
    ['cells.1.role.is', 'page', 'cells[1].role.is'],
    ['cells.1.role.index', undefined, 'cells[1].role.index'],
    ['words', [], 'words'],
    ['layout.0', { name: 'AF' }, 'layout[0].lo'],
    ['events.3.cells.0.cell', 'nowhere', 'events[3].cells[0].cell'],
    ['final.0.cell', 'nowhere', 'final[0].cell'],
    ['stats.steps', undefined, 'stats.steps'],
    ['hints', 'none', 'hints'],
    ['omits.0', 1, 'omits[0]'],
  ])('refuses a wrong %s (%j) and names %s', (path, value, place) => {
    const error = refusal(broken(path, value));
    expect(error.code).toBe('RACEWALK_BAD_TRACE');
    expect(error.message).toContain(`: ${place} is `);
    expect(error.message).not.toContain('\n');
    expect(error.expected).not.toBe('');
    expect(error.hint).not.toBe('');
  });

  it('reads a TLB that may answer with one of several translations', () => {
    const several = ['0x8000000000040025', '0x8000000000040067'].join('|');
    expect(parseTrace(broken('events.2.cells.0.now', several)).events[2]?.cells[0]?.now).toBe(several);
    expect(refusal(broken('events.2.cells.0.now', `${several}|`)).code).toBe('RACEWALK_BAD_TRACE');
  });

  it('tells another version from another kind of file', () => {
    const old = refusal(broken('schema', 'racewalk.trace/1'));
    expect(old.code).toBe('RACEWALK_TRACE_VERSION');
    expect(old.message).toContain('racewalk.trace/1');
    expect(old.hint).toContain('racewalk explain');
    expect(refusal('{"a":1}').hint).toContain('not a trace file');
    expect(refusal('rw1:AAAA').hint).toContain('token');
  });

  it('throws nothing but RacewalkError, whatever it is given', () => {
    fc.assert(fc.property(fc.anything(), (value) => refusal(value).code === 'RACEWALK_BAD_TRACE'));
    fc.assert(fc.property(fc.string(), (value) => refusal(value).code === 'RACEWALK_BAD_TRACE'));
  });

  it('throws nothing but RacewalkError when one field is anything', () => {
    const paths = ['fault', 'agents', 'events', 'events.2', 'events.2.cells', 'stats', 'params', 'final.0'];
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        try {
          return parseTrace(broken(path, value)).test === teardown.test;
        } catch (error) {
          return error instanceof RacewalkError;
        }
      }),
    );
  });
});
