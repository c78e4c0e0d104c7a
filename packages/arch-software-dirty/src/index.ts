export { softDirtyX86_64 } from './soft-dirty/plugin.js';
export { swAccessDirty } from './sw-access-dirty/plugin.js';
export { swDirty } from './sw-dirty/plugin.js';
