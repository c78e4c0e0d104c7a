export type { ErrorCode } from '../error-codes/index.js';
export { errorText, internalError, RacewalkError } from '../errors.js';
export * from './effect.js';
export * from './interpret.js';
export * from './op.js';
export * from './primitives.js';
export * from './program.js';
export * from './step.js';
export * from './word-role.js';
