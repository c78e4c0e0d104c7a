/** Architectures that a command line names: ids of built-in plug-ins, and files with plug-ins of the user's. */
import { type ArchPlugin, type ArchSpec, defineArch, pteWord, RacewalkError } from '@racewalk/core';
import type { Trace } from '@racewalk/trace';
import { type Context, withParts } from '../context.js';
import { locate } from './files.js';
import { importModule } from './import.js';

/** Ids have neither a slash nor a dot. */
export const isFile = (name: string): boolean => /[/\\]|\.[cm]?[jt]s(?:#|$)/.test(name);

/** Fields that nothing but a plug-in has together. */
const FIELDS = ['id', 'layout', 'values', 'walker', 'capabilities'] as const;

/** Whether somebody meant this to be a plug-in; `defineArch` says whether it is one. */
const isMeant = (value: unknown): value is ArchSpec =>
  typeof value === 'object' && value !== null && FIELDS.filter((field) => field in value).length >= 2;

/** `name (kind)` of every export, for a message. */
const listed = (module: Readonly<Record<string, unknown>>): string =>
  Object.entries(module)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name} (${value === null ? 'null' : typeof value})`)
    .join(', ') || 'nothing';

/**
 * Entries are compared by identity, so the file must have made its words with the same copy of core as this
 * command.
 */
function checkCopy(file: string, spec: ArchSpec): void {
  const valid: Partial<ArchSpec['layout']['valid']> | undefined = spec.layout?.valid;
  if (typeof valid?.lo !== 'number' || typeof valid.hi !== 'number') return;
  if (pteWord(valid.lo, valid.hi) === valid) return;
  throw new RacewalkError('RACEWALK_TWO_CORES', `${file} uses another copy of @racewalk/core`, {
    hint: 'run the command that is installed beside the file: npx racewalk',
  });
}

function complete(file: string, spec: ArchSpec): ArchPlugin {
  checkCopy(file, spec);
  try {
    return defineArch(spec);
  } catch (cause) {
    if (!(cause instanceof RacewalkError)) throw cause;
    const { code, message, expected, hint } = cause;
    throw new RacewalkError(code, `${file}: ${message}`, {
      ...(expected === undefined ? {} : { expected }),
      ...(hint === undefined ? {} : { hint }),
      cause,
    });
  }
}

/**
 * The plug-ins that a module exports: as default, by name, or in lists.
 *
 * @throws RacewalkError `RACEWALK_FILE`, `RACEWALK_TYPESCRIPT`, `RACEWALK_NO_PLUGIN`, `RACEWALK_BAD_PLUGIN`,
 * `RACEWALK_TWO_CORES`
 */
export async function loadArchs(context: Context, file: string): Promise<ArchPlugin[]> {
  const module = await importModule(context, file, 'a plug-in');
  const meant = new Set(Object.values(module).flat().filter(isMeant));
  if (meant.size > 0) return [...meant].map((spec) => complete(file, spec));
  throw new RacewalkError('RACEWALK_NO_PLUGIN', `${file} exports no plug-in but ${listed(module)}`, {
    hint: 'export what defineArch() of @racewalk/core returns: as default, by name, or in a list',
  });
}

/** The plug-ins of `FILE` or `FILE#ID`, those of files that were loaded already included. */
async function named(context: Context, name: string): Promise<{ file: string; archs: ArchPlugin[] }> {
  const [file = '', id] = name.split('#');
  const archs = await loadArchs(context, file);
  const one = archs.filter((arch) => id === undefined || arch.id === id);
  if (one.length > 0) return { file, archs: one };
  throw new RacewalkError('RACEWALK_UNKNOWN_ARCH', `${file} exports no plug-in ${JSON.stringify(id)}`, {
    hint: `it exports ${archs.map((arch) => arch.id).join(', ')}`,
  });
}

/** A context that knows further plug-ins, and the ids of those that were named. */
export interface NamedArchs {
  readonly context: Context;
  readonly ids: readonly string[];
}

/** Look up ids and load files; throws if two plug-ins have one id, or an id is unknown. */
export async function withArchs(context: Context, names: readonly string[]): Promise<NamedArchs> {
  const { archs: builtIn, scenarios } = context.bench.registry;
  const archs = [...builtIn];
  const origins = new Map(context.origins);
  const ids: string[] = [];
  for (const name of names) {
    if (!isFile(name)) {
      ids.push(name);
      continue;
    }
    const found = await named(context, name);
    for (const arch of found.archs) {
      const other = archs.find((known) => known.id === arch.id);
      const origin = origins.get(arch.id);
      const again = origin !== undefined && locate(context, origin) === locate(context, found.file);
      if (other !== undefined && !again) {
        throw new RacewalkError(
          'RACEWALK_DUPLICATE_ARCH',
          `${found.file}: the id ${arch.id} is taken (${origin ?? 'built in'})`,
          { hint: 'give the plug-in an id of its own' },
        );
      }
      if (other === undefined) archs.push(arch);
      origins.set(arch.id, found.file);
      ids.push(arch.id);
    }
  }
  const modules = { ...context.modules, archs: [...context.modules.archs, ...names.filter(isFile)] };
  const own =
    origins.size === 0 ? context : { ...withParts(context, { archs, scenarios }), origins, modules };
  for (const id of ids) own.bench.registry.arch(id);
  return { context: own, ids: [...new Set(ids)] };
}

/** The same for a command that works on one architecture. */
export async function withArch(
  context: Context,
  name: string,
): Promise<{ readonly context: Context; readonly id: string }> {
  const { context: own, ids } = await withArchs(context, [name]);
  const [id, ...others] = ids;
  if (id !== undefined && others.length === 0) return { context: own, id };
  throw new RacewalkError('RACEWALK_USAGE', `${name} exports several plug-ins: ${ids.join(', ')}`, {
    hint: `name one: --arch ${name}#${id}`,
  });
}

/** The trace, which says what its replay needs if the plug-in or the race comes from a file. */
export function withOrigin(context: Context, trace: Trace): Trace {
  const arch = context.origins.get(trace.arch);
  const race = context.files.get(trace.test);
  const options = [
    ...(race === undefined ? [] : [`--scenarios ${race}`]),
    ...(arch === undefined ? [] : [`--arch ${arch}`]),
  ];
  if (options.length === 0) return trace;
  const what =
    arch === undefined ? trace.test : race === undefined ? trace.arch : `${trace.test} and ${trace.arch}`;
  const hint = `${what} ${race !== undefined && arch !== undefined ? 'are' : 'is'} not built in: replay with ${options.join(' ')}`;
  return trace.hints.includes(hint) ? trace : { ...trace, hints: [...trace.hints, hint] };
}
