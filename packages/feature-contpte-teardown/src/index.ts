export * from './ops/stash-next.js';
export * from './races/teardown-any-order.js';
export * from './races/teardown-batched.js';
export * from './races/teardown-stale-sibling.js';
export * from './races/teardown-stash-next.js';
export * from './races/teardown-unfold.js';
export * from './races/teardown-vs-two-walkers.js';
export * from './races/teardown-vs-walker.js';
