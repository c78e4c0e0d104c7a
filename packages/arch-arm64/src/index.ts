export { arm64Contpte, arm64ContpteBbm, arm64ContpteSw, arm64RepeatTlbi } from './plugin.js';
export { arm64Walker, type Hafdbs } from './walker.js';
