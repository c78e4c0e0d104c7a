export { TraceError, type TraceErrorCode } from './errors.js';
export { foldEvents, type Row, type RowLine } from './fold.js';
export { parseTrace } from './parse/parse.js';
export { columns } from './print/columns.js';
export { lkml } from './print/lkml.js';
export { ansiPalette, type PaintRole, type Palette, type PrintOptions } from './print/options.js';
export * from './schema.js';
export { decodeToken, encodeToken, type TokenData } from './token/token.js';
