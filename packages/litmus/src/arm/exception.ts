/** What fault handlers use: system registers of an exception, its return, code addresses. (Arm ARM DDI 0487 D1.3.) */
import type { Draft, Line } from '../parse/front-end.js';
import { operand, registerAt } from '../parse/operands.js';

const SYSTEM = /^(?:ELR|FAR)_EL1$/;

/** The hidden register of a system register's name; null for one that is not modelled. */
function system(line: Line, n: number): number | null {
  const name = operand(line, n).text.toUpperCase();
  return SYSTEM.test(name) ? line.registers.hidden(name) : null;
}

/** `MRS`, `MSR`, `ERET`, `ADR`; null if the line is something else. */
export function readException(line: Line): Draft[] | null {
  const { at, mnemonic } = line;
  if (mnemonic === 'ERET') return [{ kind: 'return', at, rs: line.registers.hidden('ELR_EL1') }];
  if (mnemonic === 'ADR') return [{ kind: 'adr', at, rd: registerAt(line, 0), label: operand(line, 1) }];
  if (mnemonic === 'MRS') {
    const from = system(line, 1);
    return from === null
      ? null
      : [{ kind: 'alu', at, rd: registerAt(line, 0), rs: [from], compute: (a = 0n) => a }];
  }
  if (mnemonic === 'MSR') {
    const to = system(line, 0);
    return to === null
      ? null
      : [{ kind: 'alu', at, rd: to, rs: [registerAt(line, 1)], compute: (a = 0n) => a }];
  }
  return null;
}
