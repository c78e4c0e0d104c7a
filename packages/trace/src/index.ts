export { EVENT_DOES } from './does.js';
export { foldEvents, type Row, type RowLine } from './fold.js';
export { hints } from './hints/hints.js';
export type { HintRule } from './hints/rule.js';
export { parseTrace } from './parse/parse.js';
export { columns } from './print/columns.js';
export { json } from './print/json.js';
export { lkml } from './print/lkml.js';
export { markdown } from './print/markdown.js';
export { mermaid } from './print/mermaid.js';
export type { PaintRole, Palette, PrintOptions } from './print/options.js';
export { svg } from './print/svg.js';
export {
  EVENT_KINDS,
  type EventKind,
  TRACE_MEMORIES,
  TRACE_SCHEMA,
  type Trace,
  type TraceAccess,
  type TraceAgent,
  type TraceCauses,
  type TraceCell,
  type TraceEvent,
  type TraceFault,
  type TraceFinal,
  type TraceMemory,
  type TraceParams,
  type TracePlace,
  type TraceStats,
} from './schema.js';
export { mentionsToken, tokenIn } from './token/in-text.js';
export { decodeToken, encodeToken, type TokenData } from './token/token.js';
export type {
  TraceDrop,
  TraceEntry,
  TraceField,
  TraceFieldChange,
  TraceValue,
  TraceWord,
} from './values.js';
