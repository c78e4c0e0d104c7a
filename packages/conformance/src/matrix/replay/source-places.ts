/**
 * Where in its author's source a step was announced. Code of the machine that stands between the author's line
 * and the step is passed over; compiled code is traced back through its source map. Only Node can read files:
 * in a browser the places of texts are known that `namedText` named.
 */
import type { TracePlace } from '@racewalk/trace';
import { type Files, filesHere, type Project } from './source-files.js';

/** Packages that run operations and announce their steps. */
const MACHINERY: ReadonlySet<string> = new Set(['@racewalk/core', '@racewalk/machine']);

/** The package that resumes the generators: what is called from there on is no longer the author's. */
const DRIVER = '@racewalk/explorer';

/** A line of a stack: `at name (file:///a/b.js:1:2)`, or without name, or with a path. */
const FRAME = /^\s*at (?:.*\()?((?:file:\/\/)?\/.*?|[A-Za-z]:[\\/].*?):(\d+):(\d+)\)?$/;

interface Frame {
  readonly project: Project;
  readonly place: TracePlace;
}

function frameOf(text: string, files: Files): Frame | null {
  const [, file = '', line = '', column = ''] = FRAME.exec(text) ?? [];
  if (file === '') return null;
  const found = files.original({ file: files.pathOf(file), line: Number(line), column: Number(column) });
  const project = files.project(found.file);
  return { project, place: { ...found, file: project.relative(found.file) } };
}

/**
 * The author's place of a step: the innermost line outside of the machinery; if there is none, because the author
 * only named a ready-made agent, the innermost outside of core.
 *
 * @param stack - the text of an error that was made where the step was announced
 * @param files - how to read sources; `null` where there are no files
 * @returns with `file` relative to the project, separated by `/`; undefined if it is not known
 */
export function sourcePlace(
  stack: string | undefined,
  files: Files | null = filesHere(),
): TracePlace | undefined {
  if (stack === undefined || files === null) return undefined;
  let machinery: TracePlace | undefined;
  for (const text of stack.split('\n')) {
    const frame = frameOf(text, files);
    if (frame === null) continue;
    const name = frame.project.packageName;
    if (name === DRIVER) break;
    if (!MACHINERY.has(name)) return frame.place;
    if (name !== '@racewalk/core') machinery ??= frame.place;
  }
  return machinery;
}

/** ` (file:line:column)` of the author's place in a stack, or nothing if it is not known. */
export function placeText(stack: string | undefined): string {
  const place = sourcePlace(stack);
  return place === undefined ? '' : ` (${place.file}:${place.line}:${place.column ?? 1})`;
}
