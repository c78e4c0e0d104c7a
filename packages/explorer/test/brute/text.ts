import type { Code, Instr, Place, Test, Value } from './code.js';

const place = ({ base, reg }: Place): string => (reg === undefined ? `[${base}]` : `[${base} + r${reg}]`);
const value = ({ plus, reg }: Value): string =>
  reg === undefined ? `${plus}` : plus === 0 ? `r${reg}` : `r${reg} + ${plus}`;
const SIGNS: Record<Test['is'], string> = { eq: '==', ne: '!=', ge: '>=', off: 'has none of' };
const test = (t: Test): string => `${SIGNS[t.is]} ${t.value}`;

function instruction(i: Instr): string {
  switch (i.do) {
    case 'lock':
    case 'unlock':
      return `${i.do} ${place(i.at)}`;
    case 'read':
    case 'trylock':
      return `r${i.dst} = ${i.do} ${place(i.at)}`;
    case 'write':
    case 'or':
      return `${i.do} ${place(i.at)}, ${value(i.value)}`;
    case 'xchg':
      return `r${i.dst} = xchg ${place(i.at)}, ${value(i.value)}`;
    case 'cmpxchg':
      return `r${i.dst} = cmpxchg ${place(i.at)}, ${value(i.old)}, ${value(i.value)}`;
    case 'await':
      return `r${i.dst} = await ${place(i.at)} ${test(i.test)}`;
    case 'retry':
      return `retry [${i.cells.join()}] unlike ${i.regs.map((r) => `r${r}`).join()}`;
    case 'choose':
      return `r${i.dst} = choose ${i.n}`;
    case 'atomic': {
      const guard = i.guard === null ? '' : ` when ${i.both === undefined ? '' : 'both '}${test(i.guard)}`;
      return `r${i.dst} = ${i.locked ? 'locked ' : ''}${i.kind} [${i.cells.join()}]${guard}${i.drains?.length ? ` after interrupting ${i.drains.join()}` : ''}`;
    }
    case 'fence':
      return 'fence';
    case 'mov':
      return `r${i.dst} = ${value(i.value)}`;
    case 'jump-if':
      return `if r${i.reg} == ${value(i.equals)} go to ${i.to}`;
  }
}

/** A program for people; words and registers are 0 at first, results are taken modulo 4. */
export function textOf({ data, locks, threads, daemons }: Code): string {
  const lines = [`words 0 to ${data - 1}${locks > 0 ? `, locks ${data} to ${data + locks - 1}` : ''}`];
  for (const [t, thread] of threads.entries()) {
    lines.push(`thread ${t}${daemons[t] ? ' (daemon)' : ''}:`);
    for (const [i, instr] of thread.entries()) lines.push(`  ${i}: ${instruction(instr)}`);
  }
  return lines.join('\n');
}
