/**
 * Dependency injection for Racewalk: the only package that knows the container.
 *
 * @packageDocumentation
 */
export { Registry } from './registry.js';
export { TOKENS } from './tokens.js';
export { createWorkbench, type Parts, type Suite, type Workbench } from './workbench.js';
