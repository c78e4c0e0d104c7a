import type { Memory } from '@racewalk/litmus';
import { describe, expect, it } from 'vitest';
import { run, textOf } from './own.js';

/** Final states by model; argued in the comment of each test. */
const STATES: Readonly<Record<string, Partial<Record<Memory, readonly string[]>>>> = {
  'arm/message': {
    weak: ['1:X0=0; 1:X2=0;', '1:X0=0; 1:X2=1;', '1:X0=1; 1:X2=0;', '1:X0=1; 1:X2=1;'],
    tso: ['1:X0=0; 1:X2=0;', '1:X0=1; 1:X2=0;', '1:X0=1; 1:X2=1;'],
    sc: ['1:X0=0; 1:X2=0;', '1:X0=1; 1:X2=0;', '1:X0=1; 1:X2=1;'],
  },
  'arm/message-barriers': { weak: ['1:X0=0; 1:X2=0;', '1:X0=1; 1:X2=0;', '1:X0=1; 1:X2=1;'] },
  'arm/message-pick': {
    weak: ['1:X0=0; 1:X2=0;', '1:X0=0; 1:X2=1;', '1:X0=1; 1:X2=0;', '1:X0=1; 1:X2=1;'],
  },
  'arm/load-buffering': {
    weak: ['0:X0=0; 1:X0=0;', '0:X0=0; 1:X0=1;', '0:X0=1; 1:X0=0;', '0:X0=1; 1:X0=1;'],
    tso: ['0:X0=0; 1:X0=0;', '0:X0=0; 1:X0=1;', '0:X0=1; 1:X0=0;'],
  },
  'arm/load-buffering-data': { weak: ['0:X0=0; 1:X0=0; [x]=0; [y]=0;'] },
  'arm/increment-exclusive': { weak: ['[x]=2;'], tso: ['[x]=2;'], sc: ['[x]=2;'] },
  'arm/swap-release': { weak: ['1:X0=0; 1:X2=1;', '1:X0=7; 1:X2=0;'] },
  'arm/pair': {
    weak: ['1:X2=0; 1:X3=0;', '1:X2=0; 1:X3=1;', '1:X2=1; 1:X3=0;', '1:X2=1; 1:X3=1;'],
    sc: ['1:X2=0; 1:X3=0;', '1:X2=0; 1:X3=1;', '1:X2=1; 1:X3=0;', '1:X2=1; 1:X3=1;'],
  },
  'riscv/message-fence': { weak: ['1:x10=0; 1:x11=0;', '1:x10=1; 1:x11=0;', '1:x10=1; 1:x11=1;'] },
  'riscv/increment-amo': { weak: ['0:x7=0; 1:x7=1; [x]=2;', '0:x7=1; 1:x7=0; [x]=2;'] },
  'riscv/store-conditional-result': {
    weak: [
      '0:x12=0; 1:x10=0; 1:x11=0;',
      '0:x12=0; 1:x10=1; 1:x11=0;',
      '0:x12=0; 1:x10=1; 1:x11=1;',
      '0:x12=1; 1:x10=0; 1:x11=0;',
      '0:x12=1; 1:x10=0; 1:x11=1;',
    ],
  },
  'riscv/fence-tso': {
    weak: ['0:x11=0; 1:x11=0;', '0:x11=0; 1:x11=1;', '0:x11=1; 1:x11=0;', '0:x11=1; 1:x11=1;'],
    sc: ['0:x11=0; 1:x11=1;', '0:x11=1; 1:x11=0;', '0:x11=1; 1:x11=1;'],
  },
};

describe('final states', () => {
  for (const [name, byMemory] of Object.entries(STATES)) {
    for (const [memory, states] of Object.entries(byMemory)) {
      it(`${name}, ${memory}`, () => {
        const result = run(textOf(name), memory as Memory);
        expect(result.states).toEqual(states);
        expect(result.bound).toBeNull();
      });
    }
    it(`${name}: the condition holds`, () => {
      expect(run(textOf(name)).ok).toBe(true);
    });
  }
});

describe('orders', () => {
  it.each(Object.keys(STATES))('only add states, the weaker they are: %s', (name) => {
    const [sc, tso, weak] = (['sc', 'tso', 'weak'] as const).map(
      (memory) => run(textOf(name), memory).states,
    );
    expect(tso).toEqual(expect.arrayContaining([...(sc ?? [])]));
    expect(weak).toEqual(expect.arrayContaining([...(tso ?? [])]));
    expect(sc?.length).toBeGreaterThan(0);
  });
});

describe('a program that need not end', () => {
  const spin = `AArch64 spin
{ 0:X1=x; 1:X1=x; }
 P0          | P1           ;
 MOV W0,#1   | L0:          ;
 STR W0,[X1] | LDR W2,[X1]  ;
             | CBZ W2,L0    ;
exists (1:X2=1)
`;

  it('is none if the loop only waits', () => {
    const { states, bound } = run(spin);
    expect(states).toEqual(['1:X2=1;']);
    expect(bound).toBeNull();
  });

  it('is bounded by the rounds in which a thread stores, and says so', () => {
    // The swap stores in each round, and may find the lock taken for ever.
    const lock = `AArch64 lock
{ int x=1; 0:X1=x; 1:X1=x; }
 P0           | P1                ;
 STLR WZR,[X1]| MOV W2,#1         ;
              | L0:               ;
              | SWPA W2,W3,[X1]   ;
              | CBNZ W3,L0        ;
exists (1:X3=0)
`;
    const { states, bound } = run(lock);
    expect(states).toEqual(['1:X3=0;']);
    expect(bound).toBe('2 rounds of a loop that stores');
  });

  it('is bounded where a loop has no access', () => {
    const { states, bound } = run('AArch64 ever\n{ }\n P0 ;\n L0: B L0 ;\nexists (true)\n');
    expect(states).toEqual([]);
    expect(bound).toBe('2 rounds of a loop that stores');
  });

  it('is bounded by the number of states, and says so', () => {
    expect(run(textOf('arm/message'), 'weak', 10).bound).toBe('10 states of threads');
  });
});
