/** What stands in a queue is what was sent, or is refused. */
import type { SliceTask } from '@racewalk/fleet';
import { describe, expect, it } from 'vitest';
import { replyIn, taskIn, toRequest } from '../src/queue/wire.js';

const task: SliceTask = {
  kind: 'slice',
  cell: { test: 'a/b', arch: 'toy', variant: 'upstream', params: { block: 16, full: true } },
  search: { strategy: 'dpor', memory: 'tso' },
  quantum: 400,
  from: { size: 1, totals: { executions: 1, blocked: 0, steps: 2, states: 0 }, search: null },
};

/** A piece of a search, with one thing changed. */
const pieceOf = (change: object) => ({
  kind: 'piece',
  cell: task.cell,
  search: task.search,
  size: 0,
  job: { id: 1, awaited: [], prefix: [], sleep: [], trees: [], executions: 100, ...change },
});

const sent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe('a task', () => {
  it('arrives with the parameters of its cell', () => {
    expect(taskIn(sent(toRequest(task)))).toEqual(task);
  });

  it('may be a piece', () => {
    const piece = pieceOf({});
    expect(taskIn(sent({ ...toRequest(task), task: piece }))).toEqual(piece);
  });

  it.each([
    ['a field that nobody knows', { ...task, more: 1 }],
    ['a parameter that is a list', { ...task, cell: { ...task.cell, params: { block: [16] } } }],
    ['a strategy that does not exist', { ...task, search: { strategy: 'luck' } }],
    ['no quantum', { ...task, quantum: undefined }],
    ['a piece that is allowed no execution', pieceOf({ executions: 0 })],
    ['a piece without a number', pieceOf({ id: -1 })],
  ])('is refused with %s', (_, wrong) => {
    const request = { ...toRequest(task), task: wrong };
    expect(() => taskIn(sent(request))).toThrow(expect.objectContaining({ code: 'E_TASK' }));
  });

  it('of another version is refused as such', () => {
    const request = { ...toRequest(task), version: '0.0.1' };
    expect(() => taskIn(sent(request))).toThrow(expect.objectContaining({ code: 'E_VERSION' }));
  });
});

describe('an answer', () => {
  it('arrives', () => {
    const reply = { kind: 'answer', answer: { kind: 'described', text: 'a, b' } };
    expect(replyIn(sent(reply))).toEqual(reply);
  });

  it('is refused if it is not one', () => {
    expect(() => replyIn({ kind: 'answer' })).toThrow(expect.objectContaining({ code: 'E_ANSWER' }));
  });
});
