export { x86_64, x86Pae } from './plugin.js';
export { softDirtyX86_64 } from './soft-dirty.js';
