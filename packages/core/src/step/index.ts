export type { ErrorCode } from '../error-codes.js';
export { internalError, RacewalkError } from '../errors.js';
export { Barrier, Order } from './barrier.js';
export { watch } from './calls.js';
export { type Does, type Effect, effectOf, type Note } from './effect.js';
export {
  type AtomicBody,
  announced,
  type Cell,
  copyOp,
  type FaultSink,
  makeOp,
  type Op,
  OpKind,
  type ShowOutcome,
  type Word,
} from './op.js';
export {
  type AtomicOptions,
  atomic,
  awaitWord,
  choose,
  cmpxchg,
  fence,
  localKey,
  lock,
  or,
  read,
  retry,
  trylock,
  unlock,
  write,
  xchg,
} from './primitives.js';
export {
  type CellInfo,
  CellTable,
  MEMORY_MODELS,
  type MemoryModelName,
  type Program,
  roleOf,
} from './program.js';
export { leaf, type Step } from './step.js';
export type { TableLevel, WordRole } from './word-role.js';
