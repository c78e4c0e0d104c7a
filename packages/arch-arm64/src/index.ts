export { arm64Contpte, arm64ContpteBbm, arm64ContpteSw } from './plugin.js';
export { arm64Walker, type Hafdbs } from './walker.js';
