import { addrOf, type PteWord, ptepOf } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { type FunctionTable, Machine, runAlone, World, wordEntries } from '@racewalk/machine';
import { exchangeToy } from '@racewalk/toys';
import { describe, expect, it } from 'vitest';
import { Binder, CallStack } from '../src/agent/binder.js';

/** A machine with nothing but what a call needs, and the kernel of two functions. */
function kernel(agent = 'zap') {
  const said: string[] = [];
  interface Caller {
    readonly calls: CallStack;
    readonly agent: string;
    readonly world: { readonly binder: Binder };
    readonly keeps: readonly unknown[];
    k: Record<'outer' | 'inner' | 'plain', (...args: readonly string[]) => unknown>;
  }
  const binder = new Binder();
  binder.add({
    *outer(m: Caller): Step<void> {
      said.push('outer');
      yield* m.k.inner('outer') as Step<void>;
    },
    // biome-ignore lint/correctness/useYield: the body takes no step
    *inner(m: Caller, from: string): Step<void> {
      said.push(`inner of ${from} in ${m.calls.top}`);
    },
    plain: (_m: Caller, what: string) => `plain ${what}`,
  } as unknown as FunctionTable);
  const m: Caller = { calls: new CallStack(), agent, world: { binder }, keeps: [], k: {} as Caller['k'] };
  m.k = binder.kernel(m) as Caller['k'];
  const run = (name: 'outer' | 'inner'): readonly string[] => {
    said.length = 0;
    runAlone([], () => m.k[name]('nobody') as Step<void>);
    return [...said];
  };
  return { binder, m, said, run };
}

type K = ReturnType<typeof kernel>;

/** A body that says its name; with `original` it goes on to the body it replaces. */
const other = ({ said }: K, name: string, original?: 'inner' | 'outer') =>
  ({
    *[name](m: K['m'], from: string): Step<void> {
      said.push(`other ${name}`);
      if (original !== undefined) yield* m.k[original](from) as Step<void>;
    },
  }) as unknown as FunctionTable;

describe('functions of the kernel', () => {
  it('call each other by name, and know where they stand', () => {
    const k = kernel();
    expect(k.run('outer')).toEqual(['outer', 'inner of outer in inner']);
    expect(k.m.calls.top).toBe('');
  });

  it('see a replacement in whatever calls the name', () => {
    const k = kernel();
    k.binder.replace(other(k, 'inner'));
    expect(k.run('outer')).toEqual(['outer', 'other inner']);
    expect(k.run('inner')).toEqual(['other inner']);
  });

  it('are reached under their own name from inside a replacement', () => {
    const k = kernel();
    k.binder.replace(other(k, 'inner', 'inner'));
    expect(k.run('inner')).toEqual(['other inner', 'inner of nobody in inner']);
    // The body of outer calls inner; in the replacement of inner, and only there, that is the old one.
    k.binder.replace(other(k, 'outer', 'outer'));
    expect(k.run('outer')).toEqual(['other outer', 'outer', 'other inner', 'inner of outer in inner']);
  });

  it('are replaced only within a function where that is said', () => {
    const k = kernel();
    k.binder.replace(other(k, 'inner'), { within: 'outer' });
    expect(k.run('outer')).toEqual(['outer', 'other inner']);
    expect(k.run('inner')).toEqual(['inner of nobody in inner']);
  });

  it('are replaced only for some agents where that is said', () => {
    const [zap, walker] = [kernel('zap'), kernel('walker')];
    for (const k of [zap, walker]) k.binder.replace(other(k, 'inner'), { agents: ['zap'] });
    expect(zap.run('inner')).toEqual(['other inner']);
    expect(walker.run('inner')).toEqual(['inner of nobody in inner']);
  });

  it('have the last replacement that concerns a call', () => {
    const k = kernel();
    k.binder.replace(other(k, 'inner'));
    k.binder.replace(other(k, 'inner', 'inner'), { within: 'outer' });
    expect(k.run('inner')).toEqual(['other inner']);
    expect(k.run('outer')).toEqual(['outer', 'other inner', 'inner of outer in inner']);
  });

  it('that take no step are replaced as well', () => {
    const k = kernel();
    expect(k.m.k.plain('text')).toBe('plain text');
    k.binder.replace({ plain: ((_m: unknown, what: string) => `other ${what}`) as never });
    expect(k.m.k.plain('text')).toBe('other text');
  });

  it('that take no step reach what they replace under its name, too', () => {
    const k = kernel();
    k.binder.replace({ plain: ((m: K['m'], what: string) => `not ${m.k.plain(what)}`) as never });
    expect(k.m.k.plain('text')).toBe('not plain text');
    expect(k.m.calls.top).toBe('');
  });

  it('say which names are nobody’s, those of `within` too', () => {
    const k = kernel();
    k.binder.replace(other(k, 'inner'), { within: 'oter' });
    k.binder.replace(other(k, 'iner'));
    k.binder.replace(other(k, 'ptepGet'));
    expect(k.binder.unknown(['ptepGet'])).toEqual(['iner', 'oter']);
    expect(k.binder.names).toEqual(['outer', 'inner', 'plain']);
  });
});

describe('operations', () => {
  function table() {
    const w = new World(exchangeToy(), { block: 1 }, [1], []);
    const vma = w.vma({ pages: 1 });
    w.mapFrames(vma, w.frames.add({ pages: 1 }));
    w.seal();
    const m = new Machine(w, 0, wordEntries(w), 'zap');
    const ptep = ptepOf(vma, vma.start);
    const labels = (body: () => Step<unknown>) =>
      runAlone(w.cells.cells, body).steps.map(({ op }) => op.label);
    return { w, m, vma, ptep, labels, clear: () => m.pte.ptepClearFlush(vma, addrOf(vma.start), ptep) };
  }

  it('of the plug-in and the generic ones see a replacement of what they call', () => {
    const t = table();
    expect(t.labels(t.clear)[0]).toBe('ptep_get_and_clear pte[0]');
    t.w.binder.replace({
      *ptepGetAndClear(m: Machine, _mm: unknown, _addr: number, ptep: typeof t.ptep): Step<PteWord> {
        return yield* m.pte.ptepGet(ptep);
      },
    } as FunctionTable);
    expect(t.labels(t.clear)[0]).toBe('ptep_get pte[0]');
  });

  it('name a step after the innermost one', () => {
    const t = table();
    const body = function* (): Step<void> {
      yield* t.m.pte.ptepGet(t.ptep);
      expect(t.m.calls.top).toBe('');
    };
    expect(t.labels(body)).toEqual(['ptep_get pte[0]']);
  });

  it('on TLBs and of notifiers are replaced by the same table', () => {
    const t = table();
    t.w.binder.replace({ *flushTlbPage(): Step<void> {} });
    expect(t.labels(t.clear)).toEqual(['ptep_get_and_clear pte[0]']);
  });
});
