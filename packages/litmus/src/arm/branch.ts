/** Jumps. (Arm ARM DDI 0487 C6.2.) */

import type { Jump, Line } from '../parse/front-end.js';
import { numberAt, operand, registerAt } from '../parse/operands.js';
import type { Register, Test } from '../program/instruction.js';
import { CONDITIONS, FLAGS } from './flags.js';
import { cut, type Width, widthOf } from './width.js';

const jump = (line: Line, rs: readonly Register[], test: Test, label: number): Jump => ({
  kind: 'branch',
  at: line.at,
  rs,
  test,
  label: operand(line, label),
});

/** Jumps; null if the line is something else. */
export function readBranch(line: Line): Jump[] | null {
  const { mnemonic } = line;
  if (mnemonic === 'B') return [jump(line, [], () => true, 0)];
  const condition = CONDITIONS.get(/^B\.?([A-Z]{2})$/.exec(mnemonic)?.[1] ?? '');
  if (condition !== undefined) return [jump(line, [line.registers.hidden(FLAGS)], condition, 0)];
  if (mnemonic === 'CBZ' || mnemonic === 'CBNZ') {
    const width: Width = widthOf(line);
    const zero = mnemonic === 'CBZ';
    return [jump(line, [registerAt(line, 0)], (a = 0n) => (cut(a, width) === 0n) === zero, 1)];
  }
  if (mnemonic === 'TBZ' || mnemonic === 'TBNZ') {
    const bit = numberAt(line, 1);
    const zero = mnemonic === 'TBZ';
    return [jump(line, [registerAt(line, 0)], (a = 0n) => ((a >> bit) & 1n) === (zero ? 0n : 1n), 2)];
  }
  return null;
}
