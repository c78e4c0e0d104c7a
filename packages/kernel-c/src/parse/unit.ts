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
}

/** A macro with parameters, or without (`params` is null). */
export interface Macro {
  readonly name: string;
  readonly params: readonly string[] | null;
  readonly body: string;
  readonly node: Node;
}

/** One text. */
export interface Unit {
  readonly file: string;
  readonly text: string;
  readonly root: Node;
  /** The line of the file that a row of the text, counted from 0, stands in. */
  readonly lineOf: (row: number) => number;
  /** Offsets at which `__user` stood. */
  readonly user: readonly number[];
  readonly functions: Map<string, CFunction>;
  /** Names of functions that have more than one body, and the second one. */
  readonly doubles: Map<string, Node>;
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

/** Parse a text. `lineOf` says where its rows stand, where the text was put together from parts. */
export function parseUnit(
  source: string,
  file: string,
  lineOf: (row: number) => number = (row) => row + 1,
): Unit {
  const { text, user } = clean(source);
  const unit: Unit = {
    file,
    text,
    root: parseTree(text).rootNode,
    lineOf,
    user,
    functions: new Map(),
    doubles: new Map(),
    structs: new Map(),
    enums: new Map(),
    typedefs: new Map(),
    macros: new Map(),
  };
  collect(unit, unit.root);
  return unit;
}

/** Definitions, also inside of `#if`; both branches count, and the first definition of a name wins. */
function collect(unit: Unit, node: Node): void {
  for (const n of kids(node)) {
    if (n.type === 'function_definition') addFunction(unit, n);
    else if (n.type === 'preproc_def' || n.type === 'preproc_function_def') addMacro(unit, n);
    else if (n.type === 'type_definition') addTypedef(unit, n);
    else if (n.type === 'declaration' || /^(struct|union|enum)_specifier$/.test(n.type)) addTypes(unit, n);
    else if (/^(preproc_(if|ifdef|else|elif)|ERROR|linkage_specification)$/.test(n.type)) collect(unit, n);
  }
}

function addFunction(unit: Unit, node: Node): void {
  let declarator = node.childForFieldName('declarator');
  while (declarator !== null && declarator.type !== 'function_declarator')
    declarator = declarator.childForFieldName('declarator') ?? kids(declarator).at(-1) ?? null;
  const name = declarator?.childForFieldName('declarator')?.text;
  const body = node.childForFieldName('body');
  if (declarator === null || name === undefined || body === null) return;
  if (unit.functions.has(name)) {
    if (!unit.doubles.has(name)) unit.doubles.set(name, node);
    return;
  }
  const list = declarator.childForFieldName('parameters');
  const parameters = list === null ? [] : kids(list).filter((p) => p.type === 'parameter_declaration');
  unit.functions.set(name, { name, unit, node, declarator, parameters, body });
}

function addMacro(unit: Unit, node: Node): void {
  const name = node.childForFieldName('name')?.text;
  if (name === undefined || unit.macros.has(name)) return;
  const list = node.childForFieldName('parameters');
  const params =
    list === null ? null : list.children.map((c) => c?.text ?? '').filter((t) => /^(\w+|\.\.\.)$/.test(t));
  const body = (node.childForFieldName('value')?.text ?? '').replace(/\\\r?\n/g, '  ').trim();
  unit.macros.set(name, { name, params, body, node });
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
