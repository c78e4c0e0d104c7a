export type { ErrorCode } from '../error-codes/index.js';
export { errorText, internalError, RacewalkError } from '../errors.js';
export * from './interpret.js';
export * from './intrude.js';
export * from './op.js';
export * from './primitives.js';
export * from './program.js';
export * from './step.js';
