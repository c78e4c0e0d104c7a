/** The front end of the AArch64 instruction set. */
import { type FrontEnd, unknown } from '../parse/front-end.js';
import { ZERO_NAME } from '../parse/registers.js';
import { readAlu } from './alu.js';
import { readBarrier } from './barrier.js';
import { readBranch } from './branch.js';
import { readException } from './exception.js';
import { readMemory } from './memory.js';

/** X0 … X30 and W0 … W30 are the same registers; XZR and WZR are zero. */
function canonical(name: string): string | null {
  const upper = name.toUpperCase();
  if (upper === 'XZR' || upper === 'WZR') return ZERO_NAME;
  const number = /^[XW](\d{1,2})$/.exec(upper)?.[1];
  if (number !== undefined && Number(number) <= 30) return `X${Number(number)}`;
  return /^[XW]%\w+$/i.test(name) ? `X${name.slice(1)}` : null;
}

export const ARM: FrontEnd = {
  canonical,
  read(line) {
    const found =
      readAlu(line) ?? readBranch(line) ?? readMemory(line) ?? readBarrier(line) ?? readException(line);
    if (found === null) throw unknown(line);
    return found;
  },
};
