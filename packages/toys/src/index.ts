/**
 * Example architectures: one bit a fact, and nothing else that a real one has. They show what a plug-in is made of,
 * and races, suites and machines are tested on them.
 *
 * @packageDocumentation
 */
export { ToyOps } from './block-ops.js';
export { blockToy, flatToy } from './exchange.js';
export { ExchangeOps } from './exchange-ops.js';
export { addingToy, faultingToy, trackingToy } from './flags.js';
export { FlatOps, flatSpec } from './flat.js';
export { lateDirty, lateDirtyTorn } from './late-dirty.js';
export { ACCESS_DIRTY, plainValues, toyLayout, toyValues } from './layout.js';
export { exchangeToy, interruptingToy, toyArch, toyPlain, toySoft } from './toys.js';
export { trackingSpec } from './tracking.js';
export { toyWalker } from './walker.js';
