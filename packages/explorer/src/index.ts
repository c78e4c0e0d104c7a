export * from './errors.js';
export * from './explore.js';
export type * from './types.js';
