export * from './op.js';
export * from './primitives.js';
export * from './program.js';
export * from './step.js';
export * from './interpret.js';
