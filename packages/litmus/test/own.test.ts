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

describe('instructions of registers', () => {
  const arm = (code: string, init = ''): string | undefined =>
    run(
      `AArch64 A\n{ ${init} }\n P0 ;\n ${code.split('; ').join(' ;\n ')} ;\nlocations [0:X0;]\nexists (0:X0=0)`,
    ).states[0];
  it.each([
    ['MOV W2,#-8; ASR W0,W2,#1', -4n, 32],
    ['MOV X2,#-8; ASR X0,X2,#1', -4n, 64],
    ['MOV W2,#1; ROR W0,W2,#1', 1n << 31n, 32],
    ['MOV X2,#1; ROR X0,X2,#1', 1n << 63n, 64],
    ['MOV X0,#3; MOVK X0,#1,LSL #16', 0x1_0003n, 64],
    ['MOV X0,#0xffff; MOVK X0,#5', 5n, 64],
    ['MOVN X0,#0', -1n, 64],
    ['MOV X2,#0x1ff; SXTB X0,W2', -1n, 64],
    ['MOV X2,#0x1ff; UXTB W0,W2', 0xffn, 32],
    ['MOV X2,#0x18000; SXTH W0,W2', -0x8000n, 32],
    ['MOV X2,#0x18000; UXTH W0,W2', 0x8000n, 32],
    ['MOV X2,#0xf0; SBFX X0,X2,#4,#4', -1n, 64],
    ['MOV X0,#7; YIELD; HINT #0; SEV', 7n, 64],
    ['MOV X0,#7; DSB ISHNXS; DSB NSHLD', 7n, 64],
  ] as const)('%s', (code, value, width) => {
    const found = BigInt(/0:X0=(-?\w+);/.exec(arm(code) ?? '')?.[1] ?? 'none');
    expect(BigInt.asUintN(64, found)).toBe(
      width === 64 ? BigInt.asUintN(64, value) : BigInt.asUintN(32, value),
    );
  });

  it('LDRSW extends the sign of a word, and its register carries an address dependency', () => {
    expect(arm('LDRSW X0,[X1]', 'int x=0x80000000; 0:X1=x;')).toBe('0:X0=-2147483648;');
    const { states } = run(
      'AArch64 MP\n{ 0:X1=x; 0:X3=y; 1:X1=x; 1:X3=y; }\n P0 | P1 ;\n MOV W0,#1 | LDRSW X0,[X3] ;\n STR W0,[X1] | EOR X4,X0,X0 ;\n DMB SY | LDR W2,[X1,X4] ;\n STR W0,[X3] | ;\nexists (1:X0=1 /\\ 1:X2=0)',
    );
    expect(states).not.toContain('1:X0=1; 1:X2=0;');
    expect(states).toHaveLength(3);
  });

  const riscv = (code: string): string | undefined =>
    run(`RISCV A\n{ }\n P0 ;\n ${code.split('; ').join(' ;\n ')} ;\nlocations [0:x5;]\nexists (0:x5=0)`)
      .states[0];
  it.each([
    ['li x6,-8; srai x5,x6,1', -4n],
    ['li x6,-8; srli x5,x6,60', 15n],
    ['li x6,1; slliw x5,x6,31', -(1n << 31n)],
    ['li x6,-1; srliw x5,x6,28', 15n],
    ['li x6,-16; sraiw x5,x6,4', -1n],
    ['lui x5,1', 4096n],
    ['li x6,-3; sltz x5,x6', 1n],
    ['li x6,-3; sgtz x5,x6', 0n],
    ['li x6,2; negw x5,x6', -2n],
    ['li x5,1; li x6,-1; bgtu x6,x5,L; li x5,9; L: pause', 1n],
    ['li x5,1; li x6,-1; bleu x6,x5,L; li x5,9; L: nop', 9n],
    ['li x5,1; jal x0,L; li x5,9; L: nop', 1n],
  ] as const)('%s', (code, value) => {
    const found = BigInt(/0:x5=(-?\w+);/.exec(riscv(code) ?? '')?.[1] ?? 'none');
    expect(BigInt.asUintN(64, found)).toBe(BigInt.asUintN(64, value));
  });
});
