/**
 * For the module that a Web Worker runs, and for the page that asks it. Free of Node.
 *
 * @packageDocumentation
 */
export type { PlainError } from './crew/task.js';
export type {
  CheckedCell,
  CheckLimits,
  PlannedCell,
  Question,
  SourceText,
  WebReply,
  WebRequest,
} from './web/messages.js';
export { type PatchedText, type ReadText, serveWebWorker, type WebParts, type WebPort } from './web/serve.js';
