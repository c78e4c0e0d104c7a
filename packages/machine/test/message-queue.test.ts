/** A queue of messages: what it refuses at the start, and what its words say. */
import { type MessageKind, MessageQueue, World } from '@racewalk/machine';
import { exchangeToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';

const flush: MessageKind = { name: 'flush', *perform() {} };

const queue = (kinds: readonly MessageKind[], slots?: number) => {
  const w = new World(exchangeToy(), { block: 1 }, [1], []);
  return { w, queue: new MessageQueue(w, 'q', { kinds, ...(slots === undefined ? {} : { slots }) }) };
};

describe('a queue of messages', () => {
  it.each([0, -1, 1.5, 31, Number.NaN])('of %s slots is refused', (slots) => {
    expect(() => queue([flush], slots)).toThrow(`queue q of ${slots} slots`);
  });

  it('without a kind of message is refused', () => {
    expect(() => queue([], 2)).toThrow('queue q of 2 slots');
  });

  it.each([1, 2, 30])('has %s slots, each a word that names its message', (slots) => {
    const { w } = queue([flush], slots);
    const places = w.cells.cells.filter(({ name }) => /^q\[\d+\]$/.test(name));
    expect(places.map(({ name }) => name)).toEqual(Array.from({ length: slots }, (_, i) => `q[${i}]`));
    expect([0, 1].map((word) => places[0]?.show?.(word))).toEqual(['flush', '1']);
  });

  it('counts what was issued, delivered and acknowledged', () => {
    const { w, queue: q } = queue([flush]);
    expect(w.cells.cells[q.counts]?.show?.(0)).toBe('0 issued, 0 delivered, 0 acknowledged');
  });
});
