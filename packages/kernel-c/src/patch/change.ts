/** What a patch changes, as functions before and after. */
import { RacewalkError } from '@racewalk/core';
import type { Node } from 'web-tree-sitter';
import { Program } from '../lower/program.js';
import { applyDiff, type Row } from '../mail/apply.js';
import type { FileDiff } from '../mail/diff.js';
import { type PartialFunction, type Side, sideOf } from '../mail/pieces.js';
import type { PatchText } from '../mail/read.js';
import { NAMES } from '../names/index.js';
import { errorAt } from '../parse/error.js';
import { syntaxError } from '../parse/syntax.js';
import { kids, parseUnit, type Unit } from '../parse/unit.js';
import { checksumOf } from '../race/checksum.js';
import { type BodyOptions, bodiesOf, type CBodies, isReplaceable } from './bodies.js';
import { onlyDeclares } from './declares.js';
import { Calls } from './reach.js';
import { archOfPath, type TreeFiles, TreeUnits } from './tree.js';

/** A function that a patch changes. */
export interface TouchedFunction {
  readonly name: string;
  readonly file: string;
  /** Whether its text before is known: the tree has it, or the patch has all of it. */
  readonly before: boolean;
}

/** A function that a patch changes, and that nothing runs. */
export interface NotRun {
  readonly name: string;
  /** Functions of the machine that would run it, and whose text is refused; none if no function of the machine calls it. */
  readonly refused: readonly string[];
}

/** One architecture's functions before and after. */
export interface Sides {
  /** Null where the text before is not known, or is what Racewalk has: then the machine's own bodies run. */
  readonly before: CBodies | null;
  readonly after: CBodies;
  /** Changed functions that nothing runs. */
  readonly notRun: readonly NotRun[];
  /** The functions of the machine from which a call comes to what changes. */
  readonly concerned: ReadonlySet<string>;
  /** Checksum of all texts of both sides and of how they are read, for tokens. */
  readonly text: string;
  /** CONFIG symbols taken as off, and names without effect, that were met. */
  readonly assumed: { readonly off: readonly string[]; readonly silent: readonly string[] };
}

/** How a patch is read. */
export interface ChangeOptions extends BodyOptions {
  /** CONFIG symbols that are on besides those of the tree. */
  readonly config?: Iterable<string>;
}

/** A patch and what it changes. */
export class Change {
  readonly touched: readonly TouchedFunction[];
  /** Changed functions that are not whole in the patch; there are none if there is a tree. */
  readonly partial: readonly PartialFunction[];
  readonly notes: readonly string[];
  readonly #files: readonly ChangedFile[];
  readonly #tree: TreeUnits | null;

  constructor(
    readonly patch: PatchText,
    tree: TreeFiles | null,
    readonly options: ChangeOptions = {},
  ) {
    this.#tree = tree === null ? null : new TreeUnits(tree);
    this.#files = filesOf(patch, tree);
    this.touched = this.#files.flatMap((f) => f.touched);
    this.partial = this.#files.flatMap((f) => f.partial);
    this.notes = this.#files.flatMap((f) => f.notes);
  }

  /** Directories below `arch` that it changes; null stands for all others. */
  get archs(): readonly (string | null)[] {
    return [...new Set(this.#files.map(({ path }) => archOfPath(path)))];
  }

  /** Its functions on an architecture, by the directory below `arch`. */
  sides(arch: string | null): Sides {
    const mine = this.#files.filter(({ path }) => [null, arch].includes(archOfPath(path)));
    const library = this.#tree?.library(arch, new Set(mine.map(({ path }) => path))) ?? [];
    const touched = new Set(mine.flatMap((f) => f.touched.map(({ name }) => name)));
    const after = this.#program([...mine.map((f) => f.after), ...library], touched);
    const before = this.#program([...mine.flatMap((f) => f.before ?? []), ...library], touched);
    // With a tree all of the files that change come from it; without one, what the patch has whole.
    const roots = this.#roots(after, mine, touched);
    const known = mine.flatMap((f) => f.touched.filter((t) => t.before).map(({ name }) => name));
    const beforeRoots = this.#tree === null ? roots.filter((name) => known.includes(name)) : roots;
    const bodies = bodiesOf(after, roots, this.options);
    const changed = [...touched].filter((name) => after.functions.has(name));
    const calls = new Calls(after.functions.values(), after.units);
    const notRun = notRunOf(changed, bodies, calls);
    const concerned = new Set([...calls.callersOf(touched)].filter((name) => bodies.replaced.includes(name)));
    // Where types change, any function may be another one.
    const some = changed.length === 0 || notRun.length < changed.length;
    return {
      before: beforeRoots.length === 0 ? null : bodiesOf(before, beforeRoots, this.options),
      after: bodies,
      notRun,
      concerned:
        some && mine.every((f) => f.onlyFunctions) ? concerned : new Set(some ? bodies.replaced : []),
      text: checksumOf(
        [...before.units, ...after.units].map(({ text }) => text),
        this.options,
      ),
      assumed: {
        off: [...new Set([...after.off, ...before.off])].sort(),
        silent: [...new Set([...after.silent, ...before.silent])].sort(),
      },
    };
  }

  #program(units: readonly Unit[], touched: ReadonlySet<string>): Program {
    const config = [...(this.#tree?.files.config ?? []), ...(this.options.config ?? [])];
    return new Program(units, {
      touched: this.#tree === null ? null : this.#own(units, touched),
      config,
      repeats: this.options.repeat ?? true,
    });
  }

  /** Names whose text counts although the machine has them: what is touched, and whoever calls it. */
  #own(units: readonly Unit[], touched: ReadonlySet<string>): Set<string> {
    const functions = units.flatMap((unit) => [...unit.functions.values()]);
    const found = new Calls(functions, units).callersOf(touched);
    // What has no effect has none in the tree either, unless the patch is about it.
    for (const name of found)
      if (!touched.has(name) && NAMES.helpers.get(name)?.floor === 'no effect') found.delete(name);
    return found;
  }

  #roots(after: Program, files: readonly ChangedFile[], touched: ReadonlySet<string>): string[] {
    const units = after.units;
    const callers = new Calls(after.functions.values(), units).callersOf(touched);
    const changed = new Set(files.map(({ after: unit }) => unit));
    return [...after.functions.values()]
      .filter(({ name, unit }) => {
        const helper = after.names.helpers.get(name);
        if (helper === undefined || !isReplaceable(helper)) return false;
        return callers.has(name) || (this.#tree !== null && changed.has(unit));
      })
      .map(({ name }) => name);
  }
}

/** A refused function of the machine stays the machine's: what only such a one calls does not run. */
function notRunOf(touched: readonly string[], { replaced, refused }: CBodies, calls: Calls): NotRun[] {
  const stop = new Set(refused.map(({ name }) => name));
  return touched.flatMap((name) => {
    const callers = calls.callersOf([name], stop);
    if (replaced.some((root) => callers.has(root))) return [];
    return [{ name, refused: [...stop].filter((root) => callers.has(root)) }];
  });
}

interface ChangedFile {
  readonly path: string;
  readonly before: Unit | null;
  readonly after: Unit;
  readonly touched: readonly TouchedFunction[];
  readonly partial: readonly PartialFunction[];
  readonly notes: readonly string[];
  /** Whether nothing else changes, for instance no struct. */
  readonly onlyFunctions: boolean;
}

const DEFINED = /^(?:function_definition|preproc_def|preproc_function_def)$/;

/** A text without its functions, macros and comments. */
const besides = (node: Node): string =>
  kids(node)
    .map((n) =>
      DEFINED.test(n.type) ? '' : /^preproc_(?:if|ifdef|else|elif)$/.test(n.type) ? besides(n) : n.text,
    )
    .join('\n');

const pathOf = ({ to, from }: FileDiff): string => to ?? from ?? '?';

/** The same file in several mails of a series is changed one after the other. */
function filesOf(patch: PatchText, tree: TreeFiles | null): ChangedFile[] {
  const paths = [...new Set(patch.diffs.map(pathOf))];
  return paths.map((path) => {
    const diffs = patch.diffs.filter((d) => pathOf(d) === path);
    return tree === null ? withoutTree(path, diffs, patch) : withTree(path, diffs, patch, tree);
  });
}

const unitOf = (rows: readonly Row[], path: string): Unit =>
  parseUnit(
    rows.map(({ text }) => text).join('\n'),
    path,
    (row) => rows[row]?.line ?? row + 1,
    (row) => rows[row]?.file ?? path,
  );

function withoutTree(path: string, diffs: readonly FileDiff[], patch: PatchText): ChangedFile {
  // Of a function that several mails change, the first text is the one before, and the last one that after.
  const then = sidesOf(diffs, 'old', patch.file);
  const now = sidesOf([...diffs].reverse(), 'new', patch.file).reverse();
  const after = unitOf(
    now.flatMap((side) => side.rows),
    path,
  );
  const names = now.flatMap((side) => [...side.whole]);
  const old = new Set(then.flatMap((side) => [...side.whole.keys()]));
  return {
    path,
    after,
    before: unitOf(
      then.flatMap((side) => side.rows),
      path,
    ),
    touched: names
      .filter(([, changed]) => changed)
      .map(([name]) => ({ name, file: path, before: old.has(name) })),
    partial: now.flatMap((side) => side.partial).filter(({ name }) => !names.some(([n]) => n === name)),
    notes: [],
    onlyFunctions: false,
  };
}

function sidesOf(diffs: readonly FileDiff[], side: 'old' | 'new', mail: string): Side[] {
  const seen = new Set<string>();
  return diffs.map((diff) => {
    const found = sideOf(diff, side, mail, new Set(seen));
    for (const name of found.names) seen.add(name);
    return found;
  });
}

function withTree(path: string, diffs: readonly FileDiff[], patch: PatchText, tree: TreeFiles): ChangedFile {
  const old = diffs[0]?.from ?? null;
  const text = old === null ? '' : tree.read(old);
  if (text === null)
    throw errorAt(
      { file: patch.file, line: diffs[0]?.line ?? 1, column: 1 },
      `the tree has no ${old}`,
      'give the tree that the patch was made for',
      'RACEWALK_C_TREE',
    );
  const notes: string[] = [];
  let rows: readonly Row[] | null = null;
  for (const diff of diffs) {
    const hunks = diff.hunks.filter(
      (hunk) => !onlyDeclares(hunk) || fits(rows, text, diff, hunk, patch, notes),
    );
    const applied = applyDiff(rows ?? text, { ...diff, hunks }, patch.file);
    rows = applied.rows;
    notes.push(...applied.notes);
  }
  const before = parseUnit(text, old ?? path);
  const after = unitOf(rows ?? [], path);
  const broken = syntaxError(after, after.root);
  if (broken !== null && syntaxError(before, before.root) === null) throw broken;
  const touched = [...after.functions.values()]
    .filter(({ name, node }) => before.functions.get(name)?.node.text !== node.text)
    .map(({ name }) => ({ name, file: path, before: before.functions.has(name) }));
  const macros = [...after.macros.keys()]
    .filter((name) => before.macros.get(name)?.body !== after.macros.get(name)?.body)
    .map((name) => ({ name, file: path, before: before.macros.has(name) }));
  const onlyFunctions = besides(before.root) === besides(after.root);
  return { path, before, after, touched: [...touched, ...macros], partial: [], notes, onlyFunctions };
}

/** Whether a hunk fits that only declares; where it does not, it is left out, and said. */
function fits(
  rows: readonly Row[] | null,
  text: string,
  diff: FileDiff,
  hunk: FileDiff['hunks'][number],
  patch: PatchText,
  notes: string[],
): boolean {
  try {
    applyDiff(rows ?? text, { ...diff, hunks: [hunk] }, patch.file);
    return true;
  } catch (error) {
    if (!(error instanceof RacewalkError)) throw error;
    notes.push(`${pathOf(diff)}: ${hunk.header} only declares, does not fit, and is left out`);
    return false;
  }
}
