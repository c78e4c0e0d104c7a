export {
  type X86StyleBits,
  type X86StyleOptions,
  x86StyleBits,
  x86StyleLayout,
} from './layout.js';
export { X86StyleOps } from './ops.js';
export { X86StylePmdOps } from './pmd-ops.js';
export { X86_64_CAPABILITIES, type X86StyleSpec, x86StyleSpec } from './spec.js';
