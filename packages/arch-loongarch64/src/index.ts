export { loongarch64, loongarch64Ptw } from './plugin.js';
