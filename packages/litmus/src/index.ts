export { type Comparison, canonical, compare } from './against/compare.js';
export { type Reference, readTable } from './against/table.js';
export { MEMORIES, type Memory } from './model/rules.js';
export { isaOf, readTest } from './parse/read.js';
export { herdText, type Printed } from './print/herd.js';
export type { LitmusTest } from './program/test.js';
export { type Result, type RunOptions, runTest } from './run/run.js';
export { Entries } from './vmsa/entry.js';
export type { TranslationHardware, WalkerControls } from './vmsa/hardware.js';
