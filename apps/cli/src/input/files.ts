/** Files that the user names. */
import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { RacewalkError } from '@racewalk/core';
import type { Context } from '../context.js';

function because(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === 'ENOENT') return 'there is no such file';
  if (code === 'EISDIR') return 'it is a directory';
  if (code === 'EACCES') return 'permission denied';
  if (code === 'ENOSPC' || code === 'EDQUOT') return 'the disk is full';
  return error instanceof Error ? error.message : String(error);
}

/** The error for a file that cannot be written. */
export function cannotWrite(file: string, cause: unknown): RacewalkError {
  const full = ['ENOSPC', 'EDQUOT'].includes(String((cause as { code?: unknown } | null)?.code));
  return new RacewalkError('RACEWALK_FILE', `cannot write ${file}: ${because(cause)}`, {
    hint: full ? 'make room, or give a path on another disk' : 'give a path in a directory that exists',
    cause,
  });
}

/** Where a file the user named is. */
export const locate = (context: Context, file: string): string => path.resolve(context.io.cwd, file);

/** The text of a file; throws `RACEWALK_FILE`. */
export function readText(context: Context, file: string): string {
  try {
    return readFileSync(locate(context, file), 'utf8');
  } catch (cause) {
    throw new RacewalkError('RACEWALK_FILE', `cannot read ${file}: ${because(cause)}`, {
      hint: 'give the path of a file that exists',
      cause,
    });
  }
}

/** Find out before the work is done whether a file can be written; throws `RACEWALK_FILE`. */
export function checkWritable(context: Context, file: string): void {
  try {
    accessSync(path.dirname(locate(context, file)), constants.W_OK);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Write a file, whole or not at all; what is no file (a terminal, a pipe) is written to. Throws `RACEWALK_FILE`. */
export function writeText(context: Context, file: string, text: string): void {
  const at = locate(context, file);
  if (statSync(at, { throwIfNoEntry: false })?.isFile() !== false) {
    replaceText(context, file, text);
    return;
  }
  try {
    writeFileSync(at, text);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Add a text to a file. Throws `RACEWALK_FILE`. */
export function appendText(context: Context, file: string, text: string): void {
  try {
    appendFileSync(locate(context, file), text);
  } catch (cause) {
    throw cannotWrite(file, cause);
  }
}

/** Write to disk what `open` opened, and be sure of it. */
function sync(file: string, flags: string, write: (fd: number) => void = () => undefined): void {
  const fd = openSync(file, flags);
  try {
    write(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Replace a file by another text: whatever happens, there is the old file or the new one. Throws
 * `RACEWALK_FILE`.
 */
export function replaceText(context: Context, file: string, text: string): void {
  const at = locate(context, file);
  try {
    sync(`${at}.tmp`, 'w', (fd) => writeFileSync(fd, text));
    renameSync(`${at}.tmp`, at);
    // The new name is in the directory, which is a file of its own; Windows does not open those.
    if (process.platform !== 'win32') sync(path.dirname(at), 'r');
  } catch (cause) {
    rmSync(`${at}.tmp`, { force: true });
    throw cannotWrite(file, cause);
  }
}

/** Whether a program reads what is printed, or people do. */
export type Reader = 'people' | 'programs';

/** Print, or write to a file if one is named. */
export function deliver(context: Context, text: string, file: string | undefined, reader: Reader): void {
  const said = reader === 'people' ? context.text(text) : text;
  if (file === undefined) context.raw(said);
  else {
    writeText(context, file, said);
    context.io.err(`written to ${file}\n`);
  }
}
