export { ExplorerError } from './errors.js';
export { estimate } from './estimate.js';
export { explore } from './explore.js';
export { replay } from './replay.js';
export { shrink } from './shrink/shrink.js';
export type * from './types.js';
