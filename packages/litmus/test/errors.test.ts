/** What cannot be read is said with its place. */
import { RacewalkError } from '@racewalk/core';
import { readTest } from '@racewalk/litmus';
import { describe, expect, it } from 'vitest';

const arm = (code: string, initial = '', asked = 'exists (true)'): string =>
  `AArch64 a\n{ ${initial} }\n${code}\n${asked}\n`;

function message(text: string): string {
  try {
    readTest(text, 'a.litmus', null);
  } catch (error) {
    if (error instanceof RacewalkError) return `${error.code} ${error.message}`;
    throw error;
  }
  return 'read';
}

const at = (line: number, column: number, what: string): string =>
  `RACEWALK_LITMUS a.litmus:${line}:${column}: ${what}`;

describe('what is outside', () => {
  it.each([
    ['nothing', '', at(1, 1, 'not a litmus test')],
    [
      'another instruction set',
      'PPC a\n{ }\n P0 ;\n nop ;\n',
      at(1, 1, '`PPC` is no instruction set that is known'),
    ],
    ['a state without end', 'AArch64 a\n{ x=1;\n', at(2, 1, 'the initial state has no end')],
    ['no threads', 'AArch64 a\n{ }\nexists (true)\n', at(2, 3, 'no heading of threads')],
    ['a wrong heading', arm(' P0 | P2 ;\n NOP | NOP ;'), at(3, 7, '`P2` should be P1')],
    [
      'too many columns',
      arm(' P0 ;\n NOP | NOP ;'),
      at(4, 8, 'a row has more columns than there are threads (1)'),
    ],
    ['an instruction', arm(' P0 ;\n NOP ;\n DC CVAU,X1 ;'), at(5, 2, '`DC CVAU,X1` is outside the subset')],
    [
      'a label of another thread that is not there',
      arm(' P0 ;\n NOP ;', '0:X1=label:"P1:L0";'),
      at(2, 14, '"P1:L0" is no label of a thread'),
    ],
    ['a size', arm(' P0 ;\n LDRB W0,[X1] ;'), at(4, 2, '`LDRB W0,[X1]` is outside the subset')],
    [
      'a range invalidation',
      arm(' P0 ;\n TLBI RVAE1IS,X1 ;').replace('TLBI', 'tlbi'),
      at(4, 2, '`tlbi RVAE1IS,X1`'),
    ],
    ['a barrier', arm(' P0 ;\n DMB XY ;'), at(4, 2, '`DMB XY` is no barrier that is known')],
    ['a label', arm(' P0 ;\n CBZ X0,L1 ;'), at(4, 9, 'there is no label `L1` in this thread')],
    ['a register', arm(' P0 ;\n MOV Q0,#1 ;'), at(4, 6, '"Q0" is not a register')],
    ['an operand that is missing', arm(' P0 ;\n STR X0 ;'), at(4, 2, '`STR X0` lacks operand 2')],
    ['a thread of the state', arm(' P0 ;\n NOP ;', '3:X0=1;'), at(2, 3, 'there is no thread 3')],
    [
      'a thread of the condition',
      arm(' P0 ;\n NOP ;', '', 'exists (1:X0=1)'),
      at(5, 9, 'there is no thread 1'),
    ],
    ['a sign', arm(' P0 ;\n NOP ;', '', 'exists (x ? 1)'), at(5, 11, 'unexpected "?"')],
    [
      'a second condition',
      arm(' P0 ;\n NOP ;', '', 'exists (x=1) exists (x=2)'),
      at(5, 14, '`exists` is not understood'),
    ],
    ['a list without end', arm(' P0 ;\n NOP ;', '', 'locations [x;'), at(5, 11, '`locations [` has no end')],
  ])('%s', (_, text, expected) => {
    expect(message(text)).toContain(expected);
  });

  it('counts lines and columns through comments', () => {
    const text = arm(' P0 ; (* one\n two (* three *) *)\n NOP ;\n  XYZ ;');
    expect(message(text)).toContain(at(6, 3, '`XYZ` is outside the subset'));
  });

  it('wants a plug-in for virtual memory', () => {
    expect(message(arm(' P0 ;\n NOP ;', '[PTE(x)]=(valid:0);'))).toContain(
      at(1, 1, 'a test of virtual memory'),
    );
  });
});

describe('what is inside', () => {
  it.each([
    [
      'types',
      arm(
        ' P0 ;\n NOP ;',
        'int *p=&x; uint64_t 0:X0; int x[2]={1,2}; int *0:X1=x; int64_t y = -1; [z]=0x10;',
      ),
    ],
    [
      'small letters',
      arm(' P0 ;\n mov w0,#1 ;\n add x2,x1,w0,sxtw #2 ;\n str w0,[x1,#4]! ;\n b.ne l0 ;\n l0: ;'),
    ],
    ['flags', arm(' P0 ;\n ANDS X1,X2,X3,LSL #3 ;\n TST W1,#1 ;\n CSET W0,NE ;\n CSINC X0,X1,XZR,GE ;')],
    ['pairs and write-back', arm(' P0 ;\n LDP X0,X1,[X2] ;\n STP W0,W1,[X2],#8 ;\n LDR X3,[X2],#8 ;')],
    [
      'atomics',
      arm(' P0 ;\n CASAL X0,X1,[X2] ;\n LDSMAXA W0,W1,[X2] ;\n STADDL X0,[X2] ;\n SWP X0,XZR,[X2] ;'),
    ],
    [
      'conditions',
      arm(' P0 ;\n NOP ;', '', '~exists (not (0:X0=1 \\/ P0:X1=x) /\\ [x]=1 => x[1]=2 /\\ 0:X0!=0:X1)'),
    ],
    [
      'RISC-V',
      'RISCV a\n{ 0:a0=x; }\n P0 ;\n lr.d.aqrl t0,(a0) ;\n sc.w.rl t1,t0,0(a0) ;\n fence iorw,w ;\n bnez t0,E ;\n amomaxu.d x0,t0,(a0) ;\n E: ;\nexists (true)\n',
    ],
  ])('%s', (_, text) => {
    expect(message(text)).toBe('read');
  });
});
