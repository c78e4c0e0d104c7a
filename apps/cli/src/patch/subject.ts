/** C of the kernel: a patch, a tree, or a patch for a tree, read for the plug-ins that run it. */
import { type ArchPlugin, RacewalkError } from '@racewalk/core';
import {
  Change,
  type ChangeOptions,
  loadC,
  readPatch,
  type Sides,
  WholeTree,
  withDefines,
} from '@racewalk/kernel-c';
import type { TokenData } from '@racewalk/trace';
import { type Context, withParts } from '../context.js';
import { readText } from '../input/files.js';
import type { PatchReport } from '../render/before-after.js';
import { changedRace } from './columns.js';
import { directoryOf, NOT_FROM_A_TREE } from './plugins.js';
import { pluginsOf } from './rows.js';
import { type KernelTree, openTree } from './tree.js';

/** What is read, and how. */
export interface SubjectOptions {
  readonly patch?: string | undefined;
  readonly tree?: string | undefined;
  readonly config?: readonly string[];
  readonly define?: readonly string[];
  readonly plain?: 'repeat' | 'once';
}

/** What the texts come from, and what is said of it. */
export interface Subject
  extends Pick<PatchReport, 'subject' | 'name' | 'touched' | 'partial' | 'notes' | 'others'> {
  readonly plugins: readonly ArchPlugin[];
  readonly sides: ReadonlyMap<string, Sides>;
  /** The release that a tree without a patch is. */
  readonly release: string | null;
  /** The lines of what was read, for counterexamples. */
  readonly code: (file: string, line: number) => string | undefined;
}

type Read = Omit<Subject, 'code'> & { readonly lines: readonly string[] };

/** Read what is meant; `onCall` is called whenever a body of the texts begins. */
export async function subjectOf(
  context: Context,
  { patch, tree: dir, config = [], define = [], plain = 'repeat' }: SubjectOptions,
  archs: readonly ArchPlugin[],
  onCall: (name: string) => void,
): Promise<Subject> {
  await loadC();
  const reading: ChangeOptions = { config, repeat: plain === 'repeat', onCall };
  const given = dir === undefined ? null : openTree(context, dir);
  const read = (file: string): string | null => {
    const text = given?.read(file) ?? null;
    return text === null ? null : withDefines(text, define);
  };
  const tree = given && { ...given, read };
  const { lines, ...subject } =
    patch === undefined
      ? ofTree(dir ?? '', tree as KernelTree, archs, reading)
      : ofPatch(patch, withDefines(readText(context, patch), define), tree, archs, reading);
  const code = (file: string, line: number): string | undefined =>
    (file === subject.name ? lines : (tree?.read(file)?.split('\n') ?? []))[line - 1];
  return { ...subject, code };
}

/**
 * The context in which the race of a token runs C of a patch or a tree, as `check` made it; the same context, if there is
 * none.
 */
export async function withTexts(
  context: Context,
  options: SubjectOptions,
  { scenario: test, arch }: Pick<TokenData, 'scenario' | 'arch'>,
): Promise<Context> {
  if (options.patch === undefined && options.tree === undefined) return context;
  const { registry } = context.bench;
  const [scenario, plugin] = [registry.scenario(test), registry.arch(arch)];
  const { sides, release, code } = await subjectOf(context, options, [plugin], () => undefined);
  const texts = sides.get(plugin.id);
  if (texts === undefined) return context;
  const changed = changedRace(scenario, plugin, { ...texts, release });
  const scenarios = registry.scenarios.map((known) => (known === scenario ? changed : known));
  return {
    ...withParts(context, { archs: registry.archs, scenarios }),
    print: { ...context.print, code },
  };
}

function ofPatch(
  file: string,
  text: string,
  tree: KernelTree | null,
  archs: readonly ArchPlugin[],
  reading: ChangeOptions,
): Read {
  const patch = readPatch(text, file);
  const change = new Change(patch, tree, reading);
  const plugins = pluginsOf(change, file, archs);
  const { touched, partial, notes } = change;
  return {
    subject: 'patch',
    name: file,
    touched,
    partial,
    notes,
    others: patch.others,
    plugins,
    sides: new Map(plugins.map((plugin) => [plugin.id, change.sides(directoryOf(plugin))])),
    release: null,
    lines: patch.lines,
  };
}

function ofTree(name: string, tree: KernelTree, archs: readonly ArchPlugin[], reading: ChangeOptions): Read {
  const whole = new WholeTree(tree, reading);
  const known = archs.filter((plugin) => directoryOf(plugin) !== null);
  const plugins = known.filter(({ id }) => NOT_FROM_A_TREE[id] === undefined);
  const left = known.filter((plugin) => !plugins.includes(plugin));
  const [first] = left;
  if (plugins.length === 0 && first !== undefined)
    throw new RacewalkError('RACEWALK_C_TREE', `${first.id}: ${NOT_FROM_A_TREE[first.id]}`, {
      hint: 'give another plug-in: --arch x86-64',
    });
  if (plugins.length === 0)
    throw new RacewalkError(
      'RACEWALK_C_TREE',
      `no directory of ${name}/arch is what ${archs.map(({ id }) => id).join(', ')} stands for`,
      { hint: 'see what there is: racewalk list archs' },
    );
  const sides = new Map(
    plugins.map((plugin) => [plugin.id, whole.sides(directoryOf(plugin) as string)] as const),
  );
  const notes = left.map(({ id }) => `${id} is left out: ${NOT_FROM_A_TREE[id]}`);
  const nothing = { touched: [], partial: [], notes, others: [], lines: [] };
  return { subject: 'tree', name, ...nothing, plugins, sides, release: tree.release };
}
