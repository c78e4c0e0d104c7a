/**
 * The `racewalk` command.
 *
 * @packageDocumentation
 */
export { CATALOGUE } from './catalogue.js';
export { main } from './cli.js';
export { EXIT } from './exit-codes.js';
export { type Io, silentIo } from './io.js';
export { type KernelTree, treeAt } from './patch/tree.js';
