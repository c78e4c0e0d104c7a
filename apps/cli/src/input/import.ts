/** Modules of the user's. */
import { existsSync, statSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { RacewalkError } from '@racewalk/core';
import { authorModule } from '@racewalk/explorer';
import type { Context } from '../context.js';
import { framed, frameIn, placeOfFailure } from './code-frame.js';
import { locate } from './files.js';
import { lacksName, missingNames, missingPath } from './missing-names.js';
import type { Place } from './place.js';
import { prepareTypeScript } from './typescript.js';

/** Text of an error's own code, or nothing. */
const codeOf = (cause: unknown): unknown => (cause as { code?: unknown } | null)?.code;

/** An error that `@racewalk/core` threw, perhaps another copy of it. */
function thrownByCore(cause: unknown): RacewalkError | null {
  if (cause instanceof RacewalkError) return cause;
  if (!(cause instanceof Error) || cause.name !== 'RacewalkError') return null;
  const { code, message, expected, hint } = cause as RacewalkError;
  return new RacewalkError(code, message, {
    ...(expected === undefined ? {} : { expected }),
    ...(hint === undefined ? {} : { hint }),
    cause,
  });
}

function cannotLoad(file: string, path: string, cause: unknown): RacewalkError {
  const own = thrownByCore(cause);
  if (own !== null) return own;
  const code = codeOf(cause);
  if (code === 'ERR_UNKNOWN_FILE_EXTENSION' && /\.[cm]?tsx?$/.test(file)) {
    return new RacewalkError('RACEWALK_TYPESCRIPT', `this version of Node does not run TypeScript: ${file}`, {
      hint: 'compile it to JavaScript first, or use Node 22.18 or newer',
    });
  }
  if (code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX') {
    return new RacewalkError('RACEWALK_TYPESCRIPT', `Node cannot run the TypeScript of ${file}`, {
      hint: 'compile it to JavaScript first: Node removes types, and compiles no enum or parameter property',
    });
  }
  const gone = missingPath(cause);
  if (code === 'ERR_MODULE_NOT_FOUND' && gone !== null) {
    return new RacewalkError(
      'RACEWALK_FILE',
      `cannot load ${file}: it imports ${gone}, and there is no such file`,
      {
        hint: 'files inside a package may move in any release: import what a package exports, by the name of the package',
        cause,
      },
    );
  }
  const why = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
  const missing = code === 'ERR_MODULE_NOT_FOUND' && why.includes("'@racewalk/");
  const place = placeOfFailure(path, cause);
  const at = place === null ? '' : [`:${place.line}`, ...(place.column ? [`:${place.column}`] : [])].join('');
  const error = new RacewalkError('RACEWALK_FILE', `cannot load ${file}${at}: ${why}`, {
    hint: hintFor(missing, place),
    cause,
  });
  return place === null ? error : framed(error, frameIn(path, place));
}

/** Names that are not where the file imports them from; null if that is not what is wrong. */
async function lacking(file: string, path: string, cause: unknown): Promise<RacewalkError | null> {
  const lacks = lacksName(cause) ? await missingNames(path) : null;
  if (lacks === null) return null;
  const { line, column } = lacks.place;
  const where = lacks.file === path ? file : lacks.file;
  const text = `cannot load ${where}:${line}:${column}: ${lacks.message}`;
  const error = new RacewalkError('RACEWALK_FILE', text, { hint: lacks.hint, cause });
  return framed(error, frameIn(lacks.file, lacks.place));
}

function hintFor(missing: boolean, place: Place | null): string {
  if (missing) return 'install the package beside the file: npm install @racewalk/core @racewalk/cli';
  return place === null
    ? 'the file must be an ES module that imports @racewalk/core'
    : 'the file must load as an ES module; its code failed at this place';
}

/**
 * Everything a module exports.
 *
 * @param exporting - what it should export, for the hint
 * @throws RacewalkError `RACEWALK_FILE`, `RACEWALK_TYPESCRIPT`, or what the module threw
 */
export async function importModule(
  context: Context,
  file: string,
  exporting: string,
): Promise<Readonly<Record<string, unknown>>> {
  const path = locate(context, file);
  if (!existsSync(path)) {
    throw new RacewalkError('RACEWALK_FILE', `cannot read ${file}: there is no such file`, {
      hint: `give the path of a JavaScript module that exports ${exporting}`,
    });
  }
  if (statSync(path).isDirectory()) {
    throw new RacewalkError('RACEWALK_FILE', `${file} is a folder`, {
      hint: `give the path of a file in it that exports ${exporting}`,
    });
  }
  prepareTypeScript(path);
  // A module that was loaded once stays as it was: one that changed needs another address.
  const address = `${pathToFileURL(path).href}${context.round === 0 ? '' : `?round=${context.round}`}`;
  try {
    const loaded: unknown = await authorModule(`loading ${file}`, () => import(address));
    return loaded as Record<string, unknown>;
  } catch (cause) {
    throw (await lacking(file, path, cause)) ?? cannotLoad(file, path, cause);
  }
}
