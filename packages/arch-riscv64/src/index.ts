export { riscv64, riscv64Svade } from './plugin.js';
