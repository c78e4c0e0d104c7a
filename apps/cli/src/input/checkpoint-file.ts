/**
 * Files from which an interrupted run can be resumed: `--checkpoint FILE`. Written beside the old file and renamed, so
 * that a crash leaves the old file or the new one, never half of one.
 */
import { createHash } from 'node:crypto';
import { existsSync, rmSync, statSync } from 'node:fs';
import { keyOf, type MatrixCell, type RunState, VERSION } from '@racewalk/conformance/matrix';
import { RacewalkError } from '@racewalk/core';
import type { Context } from '../context.js';
import { locate, readText, replaceText } from './files.js';

const SCHEMA = 'racewalk.run/2';

const NOTHING: RunState = Object.freeze({ cells: [], running: [], ms: 0 });

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Names what a run is about: its cells and what is expected of them, and options that change the search. */
export function fingerprintOfRun(cells: readonly MatrixCell[], search: unknown = null): string {
  const text = JSON.stringify([
    cells.map((cell) => [keyOf(cell), cell.plugin.memory, cell.expected, cell.sizes]),
    search,
  ]);
  return sha256(text).slice(0, 16);
}

function bad(file: string, message: string, expected: string): RacewalkError {
  return new RacewalkError('RACEWALK_BAD_CHECKPOINT', `${file}: ${message}`, {
    expected,
    hint: 'remove the file to start anew, or run the command it was made with',
  });
}

interface Envelope {
  readonly schema: string;
  readonly version: string;
  /** `fingerprintOfRun`. */
  readonly run: string;
  /** Of `state` as it stands. */
  readonly sha256: string;
  readonly state: string;
}

function open(context: Context, file: string): Partial<Envelope> {
  const text = readText(context, file);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    throw bad(file, 'not JSON', `a file with "schema": "${SCHEMA}"`);
  }
}

/** What the file says of this run; an empty state if there is no file. Throws `RACEWALK_BAD_CHECKPOINT`. */
export async function loadRun(context: Context, file: string, run: string): Promise<RunState> {
  const at = locate(context, file);
  if (!existsSync(at)) return NOTHING;
  if (!statSync(at).isFile()) throw bad(file, 'not a file', 'a path where a file can be');
  const { schema, version, run: made, sha256: sum, state: text } = open(context, file);
  if (schema !== SCHEMA) throw bad(file, 'not a checkpoint of a run', `"schema": "${SCHEMA}"`);
  if (version !== VERSION) throw bad(file, `made by version ${String(version)}`, `version ${VERSION}`);
  if (made !== run) throw bad(file, 'made for another set of cells or other options', `run ${run}`);
  if (typeof text !== 'string' || sum !== sha256(text)) {
    throw bad(file, 'damaged: its checksum is not that of its contents', 'the file as it was written');
  }
  return stateIn(text, file);
}

/** The checksum fits, so the file is as it was written; still it may have been written by something else. */
async function stateIn(text: string, file: string): Promise<RunState> {
  // Loaded only here: a run that is not resumed starts without it.
  const { checkRunState } = await import('@racewalk/conformance/schema');
  try {
    return checkRunState(JSON.parse(text));
  } catch (error) {
    const { message, expected } = error instanceof RacewalkError ? error : bad(file, 'not JSON', 'JSON');
    throw bad(file, message, expected ?? 'the file as it was written');
  }
}

/** Write how far the run got; it is on disk when this returns. Throws `RACEWALK_FILE`. */
export function saveRun(context: Context, file: string, run: string, state: RunState): void {
  const text = JSON.stringify(state);
  const envelope: Envelope = { schema: SCHEMA, version: VERSION, run, sha256: sha256(text), state: text };
  replaceText(context, file, JSON.stringify(envelope));
}

/** The run is over: there is nothing left to resume. */
export function removeRun(context: Context, file: string): void {
  rmSync(locate(context, file), { force: true });
}
