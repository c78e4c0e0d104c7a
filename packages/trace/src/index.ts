export { TraceError, type TraceErrorCode } from './errors.js';
export { parseTrace } from './parse/parse.js';
export * from './schema.js';
export { decodeToken, encodeToken, type TokenData } from './token/token.js';
