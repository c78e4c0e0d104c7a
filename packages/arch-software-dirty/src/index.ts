export { swAccessDirty } from './sw-access-dirty/plugin.js';
export { swDirty } from './sw-dirty/plugin.js';
