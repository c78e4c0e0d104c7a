import {
  atomic,
  awaitWord,
  type Cell,
  cmpxchg,
  lock,
  OpKind,
  or,
  read,
  type Step,
  trylock,
  unlock,
  type Word,
  write,
  xchg,
} from '@racewalk/core/step';
import { CpuContext, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { toyArch } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { handler, interruptible } from '../src/cpu/handlers.js';

const CPU = 1;
/** Thread 0 holds a lock as 1. */
const THREAD = 0;

function world() {
  const w = new World(toyArch(), { block: 1 }, [CPU], []);
  w.contexts.place('task', CPU);
  w.contexts.place('handler', CPU);
  w.contexts.handlersOn(CPU);
  const [word, mutex] = [w.word('word', 4), w.lock('mutex')];
  w.seal();
  const m = new Machine(w, CPU, wordEntries(w), 'task');
  const run = (body: () => Step<unknown>, context = 0) => {
    const memory = Int32Array.from(w.cells.cells, (c) => c.initial);
    memory[w.contexts.cell(CPU)] = context;
    return runAlone(w.cells.cells, body, { memory });
  };
  return { w, m, word, mutex, run };
}

/** Every kind of step on one word, and what each returned. */
function* everyKind(word: Cell, mutex: Cell): Step<Word[]> {
  const got: Word[] = [];
  got.push(yield* read(word));
  yield* write(word, 5);
  got.push(yield* xchg(word, 6));
  got.push(yield* cmpxchg(word, 5, 7));
  got.push(yield* cmpxchg(word, 6, 8));
  yield* or(word, 3);
  got.push(yield* awaitWord(word, (value) => value === 11));
  yield* lock(mutex);
  got.push((yield* trylock(mutex)) ? 1 : 0);
  yield* unlock(mutex);
  got.push((yield* trylock(mutex)) ? 1 : 0);
  got.push(yield* atomic([word], (mem, base) => ++mem[base + word]!));
  return got;
}

describe('code that handlers interrupt', () => {
  it('does what it does without', () => {
    const { m, word, mutex, run } = world();
    const got: Word[][] = [];
    function* body(): Step<void> {
      got.push(yield* everyKind(word, mutex));
    }
    const plain = run(body);
    const gated = run(() => interruptible(m, THREAD, body()));
    expect(got[1]).toEqual(got[0]);
    expect([...gated.memory]).toEqual([...plain.memory]);
    expect(gated.steps.map(({ op }) => op.label)).toEqual(plain.steps.map(({ op }) => op.label));
    expect(gated.steps.every(({ op }) => op.kind === OpKind.ATOMIC)).toBe(true);
  });

  it('waits while a handler is active, whatever the step', () => {
    const { m, word, mutex, run } = world();
    const steps: (() => Step<unknown>)[] = [
      () => read(word),
      () => write(word, 1),
      () => lock(mutex),
      () => awaitWord(word, (value) => value === 4),
      () => atomic([word], () => 0),
      () => atomic([word], () => 0, '', { guard: word, test: (value) => value === 4 }),
    ];
    for (const step of steps) {
      function* body(): Step<void> {
        yield* step();
      }
      const gated = () => interruptible(m, THREAD, body());
      for (const bit of [CpuContext.IN_IRQ, CpuContext.IN_NMI])
        expect(() => run(gated, bit)).toThrow(/stuck/);
      expect(run(gated, CpuContext.IRQS_OFF).steps).toHaveLength(1);
    }
  });

  it('may not release a lock that it does not hold', () => {
    const { m, mutex, run } = world();
    function* body(): Step<void> {
      yield* unlock(mutex);
    }
    expect(run(() => interruptible(m, THREAD, body())).faults.map(({ code }) => code)).toEqual(['LIVE']);
  });
});

describe('a handler', () => {
  const began = (handles: 'irq' | 'nmi', context: number, raised = false) => {
    const { w, m, word, run } = world();
    function* body(): Step<void> {
      yield* write(word, 9);
    }
    const { memory } = run(() => handler(m, 1, { handles, raised: raised ? word : -1, run: body }), context);
    return { word: memory[word], context: memory[w.contexts.cell(CPU)] };
  };

  it('leaves the CPU as it was', () => {
    expect(began('irq', 0)).toEqual({ word: 9, context: 0 });
    expect(began('nmi', CpuContext.IRQS_OFF)).toEqual({ word: 9, context: CpuContext.IRQS_OFF });
    expect(began('nmi', CpuContext.IN_IRQ)).toEqual({ word: 9, context: CpuContext.IN_IRQ });
  });

  it('of an interrupt is masked by interrupts that are off and by other handlers; an NMI by an NMI', () => {
    for (const bit of [CpuContext.IRQS_OFF, CpuContext.IN_IRQ, CpuContext.IN_NMI])
      expect(() => began('irq', bit)).toThrow(/stuck/);
    expect(() => began('nmi', CpuContext.IN_NMI)).toThrow(/stuck/);
    expect(began('irq', CpuContext.RCU_READ).word).toBe(9);
  });

  it('that is raised takes the word back', () => {
    const { m, word, run } = world();
    function* body(): Step<void> {
      yield* read(word);
    }
    const { memory } = run(() => handler(m, 1, { handles: 'irq', raised: word, run: body }));
    expect(memory[word]).toBe(0);
  });
});
