export * from './effect.js';
export * from './interpret.js';
export * from './intrude.js';
export * from './op.js';
export * from './primitives.js';
export * from './program.js';
export * from './step.js';
export * from './word-role.js';
