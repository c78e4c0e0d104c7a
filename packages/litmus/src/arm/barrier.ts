/** Barriers and TLB invalidations. (Arm ARM DDI 0487 B2.3.12 and D8.14.) */

import { type Line, unknown } from '../parse/front-end.js';
import { operand } from '../parse/operands.js';
import { type Instruction, READS, WRITES, ZERO } from '../program/instruction.js';

const BOTH = READS | WRITES;
/**
 * By what they order; the domain (ISH, OSH, NSH) makes no difference between CPUs of one system. A DSB with nXS waits for less of
 * what XS memory does, which there is none of.
 */
const KIND = /^(?:ISH|OSH|NSH)?(SY|ST|LD)?(NXS)?$/;

function barrier(line: Line, completes: boolean): Instruction[] {
  const text = (line.operands[0]?.text ?? 'SY').toUpperCase();
  const match = KIND.exec(text);
  if (match === null || (match[2] !== undefined && !completes))
    throw unknown(line, 'is no barrier that is known');
  const { at } = line;
  if (match[1] === 'ST')
    return [{ kind: 'fence', at, before: WRITES, after: completes ? BOTH : WRITES, completes }];
  return [{ kind: 'fence', at, before: match[1] === 'LD' ? READS : BOTH, after: BOTH, completes }];
}

/** By address, by address space or all; inner or outer shareable forms reach other CPUs. */
const TLBI = /^(VMALLS12E1|VMALLE1|ALLE[12]|ASIDE1|VAA?L?E[12])(IS|OS)?(?:NXS)?$/;

function invalidate(line: Line): Instruction[] {
  const { at } = line;
  const [name = '', register] = operand(line, 0).text.split(/\s+/);
  const [, what = '', shared] = TLBI.exec(name.toUpperCase()) ?? [];
  if (what === '') throw unknown(line, 'is a TLB invalidation outside the subset');
  const all = !what.startsWith('VA');
  const by = register ?? line.operands[1]?.text;
  if (!all && by === undefined)
    throw line.source.error(at, `\`${line.text}\` lacks the register with the page`);
  const rs = all || by === undefined ? ZERO : line.registers.register(by, at);
  return [{ kind: 'invalidate', at, rs, all, broadcast: shared !== undefined }];
}

/** Barriers and invalidations; null if the line is something else. */
export function readBarrier(line: Line): Instruction[] | null {
  switch (line.mnemonic) {
    case 'DMB':
      return barrier(line, false);
    case 'DSB':
      return barrier(line, true);
    case 'ISB':
      return [{ kind: 'sync', at: line.at }];
    case 'TLBI':
      return invalidate(line);
    default:
      return null;
  }
}
