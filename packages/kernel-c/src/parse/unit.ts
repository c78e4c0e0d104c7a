/** A text in C and what it defines. */
import type { Node } from 'web-tree-sitter';
import { clean } from './clean.js';
import { parseTree } from './grammar.js';

/** A function with a body. */
export interface CFunction {
  readonly name: string;
  readonly unit: Unit;
  readonly node: Node;
  /** The part with the name and the parameters. */
  readonly declarator: Node;
  readonly parameters: readonly Node[];
  readonly body: Node;
  /** The branches of `#if` that it stands in, outermost first. */
  readonly guards: readonly Guard[];
}

/** One branch of `#if`. */
export interface Guard {
  /** What stands behind `#if`, or the same for `#ifdef`. */
  readonly test: string;
  /** Whether it is the branch that is taken if the test holds. */
  readonly holds: boolean;
  /** Where the conditional begins in the text. */
  readonly start: number;
}

/** A macro with parameters, or without (`params` is null). */
export interface Macro {
  readonly name: string;
  readonly params: readonly string[] | null;
  readonly body: string;
  readonly node: Node;
  /** The branches of `#if` that it stands in, outermost first. */
  readonly guards: readonly Guard[];
}

/** One text. */
export interface Unit {
  readonly file: string;
  readonly text: string;
  readonly root: Node;
  /** The line of the file that a row of the text, counted from 0, stands in. */
  readonly lineOf: (row: number) => number;
  /** The file that a row comes from, where a text has rows of several. */
  readonly fileOf?: ((row: number) => string) | undefined;
  /** Offsets at which `__user` stood. */
  readonly user: readonly number[];
  /** What stands in a typeof, by the name that the type has in the text. */
  readonly typeofs: ReadonlyMap<string, string>;
  readonly functions: Map<string, CFunction>;
  /** Further bodies of the same name, in order. */
  readonly doubles: Map<string, CFunction[]>;
  readonly structs: Map<string, Node>;
  readonly enums: Map<string, Node>;
  readonly typedefs: Map<string, Node>;
  readonly macros: Map<string, Macro>;
}

/** The children that mean something. */
export const kids = (node: Node): Node[] =>
  node.namedChildren.filter((c): c is Node => c !== null && c.type !== 'comment');

/** The children of a field. */
export const fields = (node: Node, name: string): Node[] =>
  node.childrenForFieldName(name).filter((c): c is Node => c !== null);

/** Parse a text. `lineOf` and `fileOf` say where its rows stand, where the text was put together from parts. */
export function parseUnit(
  source: string,
  file: string,
  lineOf: (row: number) => number = (row) => row + 1,
  fileOf?: (row: number) => string,
): Unit {
  const { text, user, typeofs } = clean(source);
  const unit: Unit = {
    file,
    text,
    root: parseTree(text).rootNode,
    lineOf,
    fileOf,
    user,
    typeofs,
    functions: new Map(),
    doubles: new Map(),
    structs: new Map(),
    enums: new Map(),
    typedefs: new Map(),
    macros: new Map(),
  };
  collect(unit, unit.root, []);
  return unit;
}

/** Definitions, also inside of `#if`: all branches count, and whoever compiles them chooses. */
function collect(unit: Unit, node: Node, guards: readonly Guard[]): void {
  const own = guardOf(node);
  const alternative = node.childForFieldName('alternative');
  for (const n of kids(node)) {
    if (own !== null && n.id === alternative?.id) {
      collect(unit, n, [...guards, { test: own, holds: false, start: node.startIndex }]);
      continue;
    }
    const inside = own === null ? guards : [...guards, { test: own, holds: true, start: node.startIndex }];
    if (n.type === 'function_definition') addFunction(unit, n, inside);
    else if (n.type === 'preproc_def' || n.type === 'preproc_function_def') addMacro(unit, n, inside);
    else if (n.type === 'type_definition') addTypedef(unit, n);
    else if (n.type === 'declaration' || /^(struct|union|enum)_specifier$/.test(n.type)) addTypes(unit, n);
    else if (/^(preproc_(if|ifdef|else|elif)|ERROR|linkage_specification)$/.test(n.type))
      collect(unit, n, inside);
  }
}

/** What a conditional of the preprocessor asks; null for all other nodes. */
function guardOf(node: Node): string | null {
  if (node.type === 'preproc_ifdef') {
    const name = node.childForFieldName('name')?.text ?? '';
    return node.child(0)?.type === '#ifndef' ? `!defined(${name})` : `defined(${name})`;
  }
  if (node.type === 'preproc_if' || node.type === 'preproc_elif')
    return node.childForFieldName('condition')?.text ?? '1';
  return null;
}

function addFunction(unit: Unit, node: Node, guards: readonly Guard[]): void {
  let declarator = node.childForFieldName('declarator');
  while (declarator !== null && declarator.type !== 'function_declarator')
    declarator = declarator.childForFieldName('declarator') ?? kids(declarator).at(-1) ?? null;
  const name = declarator?.childForFieldName('declarator')?.text;
  const body = node.childForFieldName('body');
  if (declarator === null || name === undefined || body === null) return;
  const list = declarator.childForFieldName('parameters');
  const parameters = list === null ? [] : kids(list).filter((p) => p.type === 'parameter_declaration');
  const found: CFunction = { name, unit, node, declarator, parameters, body, guards };
  if (!unit.functions.has(name)) unit.functions.set(name, found);
  else unit.doubles.set(name, [...(unit.doubles.get(name) ?? []), found]);
}

function addMacro(unit: Unit, node: Node, guards: readonly Guard[]): void {
  const name = node.childForFieldName('name')?.text;
  if (name === undefined || unit.macros.has(name)) return;
  const list = node.childForFieldName('parameters');
  const params =
    list === null ? null : list.children.map((c) => c?.text ?? '').filter((t) => /^(\w+|\.\.\.)$/.test(t));
  const body = (node.childForFieldName('value')?.text ?? '').replace(/\\\r?\n/g, '  ').trim();
  unit.macros.set(name, { name, params, body, node, guards });
}

function addTypedef(unit: Unit, node: Node): void {
  addTypes(unit, node);
  for (const d of fields(node, 'declarator')) {
    const name = /(\w+)\W*$/.exec(d.text)?.[1];
    if (name !== undefined) unit.typedefs.set(name, node);
  }
}

function addTypes(unit: Unit, node: Node): void {
  const type = /_specifier$/.test(node.type) ? node : node.childForFieldName('type');
  if (type === null || type.childForFieldName('body') === null) return;
  const name = type.childForFieldName('name')?.text ?? `anonymous ${type.startIndex}`;
  if (type.type === 'struct_specifier') unit.structs.set(name, type);
  if (type.type !== 'enum_specifier') return;
  for (const e of kids(type.childForFieldName('body') ?? type)) {
    const enumerator = e.childForFieldName('name')?.text;
    if (enumerator !== undefined) unit.enums.set(enumerator, e);
  }
}
