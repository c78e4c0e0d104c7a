/** The front end of the RISC-V instruction set. */
import { type FrontEnd, unknown } from '../parse/front-end.js';
import { readAlu } from './alu.js';
import { readMemory } from './memory.js';
import { canonical } from './registers.js';

export const RISCV: FrontEnd = {
  canonical,
  read(line) {
    const found = readAlu(line) ?? readMemory(line);
    if (found === null) throw unknown(line);
    return found;
  },
};
