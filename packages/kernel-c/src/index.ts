/**
 * Kernel C as input: races written as litmus tests, and functions of a text in place of those of the machine.
 *
 * @packageDocumentation
 */
import './emscripten.js';

export { type PatchText, readPatch } from './mail/read.js';
export { type KnownName, knownNames } from './names/known.js';
export { withDefines } from './parse/defines.js';
export { type GrammarFiles, loadC } from './parse/grammar.js';
export type { CBodies, Refusal } from './patch/bodies.js';
export { Change, type ChangeOptions, type NotRun, type Sides, type TouchedFunction } from './patch/change.js';
export { Coverage, type FileCoverage } from './patch/coverage.js';
export { type CFunctions, readFunctions } from './patch/functions.js';
export { archOfPath, type TreeFiles } from './patch/tree.js';
export { WholeTree } from './patch/whole-tree.js';
export { type CRace, type RaceOptions, readRace } from './race/scenario.js';
export { showTypeScript } from './show/typescript.js';
