/**
 * Toy architectures, for testing races and suites without a real one: one bit a fact.
 *
 * @packageDocumentation
 */
export { ToyOps } from './block-ops.js';
export { blockToy, flatToy } from './exchange.js';
export { addingToy, faultingToy } from './flags.js';
export { FlatOps, flatSpec } from './flat.js';
export { lateDirty, lateDirtyTorn } from './late-dirty.js';
export { ACCESS_DIRTY, plainValues, toyLayout, toyValues } from './layout.js';
export { toyArch, toyPlain, toySoft } from './toys.js';
