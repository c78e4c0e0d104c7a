export { arm64Contpte, arm64ContpteSw } from './plugin.js';
