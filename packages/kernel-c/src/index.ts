/**
 * Kernel C as input: races written as litmus tests, and functions of a text in place of those of the machine.
 *
 * @packageDocumentation
 */
import './emscripten.js';

export { type GrammarFiles, loadC } from './parse/grammar.js';
export { type CFunctions, readFunctions } from './patch/functions.js';
export { type CRace, type RaceOptions, readRace } from './race/scenario.js';
