/**
 * Files that let an interrupted run go on: `--checkpoint FILE`. Written to a neighbour and renamed, so that
 * a crash leaves the old file or the new one, never half of one.
 */
import { createHash } from 'node:crypto';
import { existsSync, renameSync, rmSync } from 'node:fs';
import {
  type Cell,
  type CellCheckpoint,
  keyOf,
  parseCellCheckpoint,
  type ReportCell,
  VERSION,
} from '@racewalk/conformance';
import { RacewalkError } from '@racewalk/core';
import type { Context } from '../context.js';
import { locate, readText, writeText } from './files.js';

const SCHEMA = 'racewalk.run/1';

/** How far a run got. */
export interface RunState {
  /** Cells that are finished. */
  readonly cells: readonly ReportCell[];
  /** The cell that was running, by `keyOf`, and how far it got. */
  readonly running: { readonly key: string; readonly at: CellCheckpoint } | null;
  /** Milliseconds spent so far. */
  readonly ms: number;
}

const NOTHING: RunState = Object.freeze({ cells: [], running: null, ms: 0 });

/** Names what a run is about: its cells and what is expected of them, and options that change the search. */
export function fingerprintOfRun(cells: readonly Cell[], search: unknown = null): string {
  const text = JSON.stringify([cells.map((cell) => [keyOf(cell), cell.expected, cell.sizes]), search]);
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function bad(file: string, message: string, expected: string): RacewalkError {
  return new RacewalkError('RACEWALK_BAD_CHECKPOINT', `${file}: ${message}`, {
    expected,
    hint: 'remove the file to start anew, or run the command it was made with',
  });
}

/** What the file says of this run; an empty state if there is no file. Throws `RACEWALK_BAD_CHECKPOINT`. */
export function loadRun(context: Context, file: string, run: string): RunState {
  if (!existsSync(locate(context, file))) return NOTHING;
  let value: Partial<RunState> & { schema?: unknown; version?: unknown; run?: unknown };
  try {
    value = JSON.parse(readText(context, file));
  } catch (cause) {
    if (cause instanceof RacewalkError) throw cause;
    throw bad(file, 'not JSON', `a file with "schema": "${SCHEMA}"`);
  }
  if (value?.schema !== SCHEMA) throw bad(file, 'not a checkpoint of a run', `"schema": "${SCHEMA}"`);
  if (value.version !== VERSION)
    throw bad(file, `made by version ${String(value.version)}`, `version ${VERSION}`);
  if (value.run !== run) throw bad(file, 'made for another set of cells or other options', `run ${run}`);
  if (!Array.isArray(value.cells) || typeof value.ms !== 'number')
    throw bad(file, 'incomplete', 'cells and ms');
  if (value.running) parseCellCheckpoint(value.running.at);
  return { cells: value.cells, running: value.running ?? null, ms: value.ms };
}

/** Write how far the run got. Throws `RACEWALK_FILE`. */
export function saveRun(context: Context, file: string, run: string, state: RunState): void {
  writeText(context, `${file}.tmp`, JSON.stringify({ schema: SCHEMA, version: VERSION, run, ...state }));
  renameSync(locate(context, `${file}.tmp`), locate(context, file));
}

/** The run is over: there is nothing to go on with. */
export function removeRun(context: Context, file: string): void {
  rmSync(locate(context, file), { force: true });
}
