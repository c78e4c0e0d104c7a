export {
  type X86StyleBits,
  type X86StyleOptions,
  x86StyleBits,
  x86StyleLayout,
} from './layout.js';
export { X86StyleOps } from './ops.js';
export { type X86StyleSpec, x86StyleSpec } from './spec.js';
