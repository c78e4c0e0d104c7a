/**
 * Calls that make a generator and drop it. Such a call does nothing, and at run time nobody sees it: the body of a
 * generator begins with the first `next()`. So the text is looked at.
 *
 * What is passed on, returned or kept in a list may be taken later, and is not reported; nor is what stands outside of all
 * generators, where a method of the same name may belong to anything.
 */
import { type AnyNode, treeOf, walk } from './syntax.js';

/** Where the call stands in the text, and the call itself. */
export interface Dropped {
  readonly offset: number;
  readonly call: string;
}

/** Which names make generators. */
export interface Generators {
  /** As a name of its own: `freePage(…)`. */
  readonly functions: ReadonlySet<string>;
  /** Behind a dot: `cpu.store(…)`. */
  readonly methods: ReadonlySet<string>;
}

/** Names that the text itself declares, and whether each always makes a generator. */
function declared(tree: AnyNode): { functions: Map<string, boolean>; methods: Map<string, boolean> } {
  const functions = new Map<string, boolean>();
  const methods = new Map<string, boolean>();
  const note = (names: Map<string, boolean>, name: string, is: boolean) =>
    names.set(name, is && names.get(name) !== false);
  const makes = (value: AnyNode | null | undefined): boolean =>
    value?.type === 'FunctionExpression' && value.generator && !value.async;
  walk(tree, (node) => {
    if (node.type === 'FunctionDeclaration' && node.id !== null)
      note(functions, node.id.name, node.generator && !node.async);
    if (node.type === 'VariableDeclarator' && node.id.type === 'Identifier')
      note(functions, node.id.name, makes(node.init));
    if (
      node.type === 'FunctionDeclaration' ||
      node.type === 'FunctionExpression' ||
      node.type === 'ArrowFunctionExpression'
    )
      for (const param of node.params) bindings(param, (name) => note(functions, name, false));
    if ((node.type === 'Property' || node.type === 'MethodDefinition') && node.key.type === 'Identifier') {
      if (
        node.type === 'MethodDefinition' ||
        node.value.type === 'FunctionExpression' ||
        node.value.type === 'ArrowFunctionExpression'
      )
        note(methods, node.key.name, makes(node.value as AnyNode));
    }
  });
  return { functions, methods };
}

/** Names that a pattern binds. */
function bindings(pattern: AnyNode, note: (name: string) => void): void {
  if (pattern.type === 'Identifier') note(pattern.name);
  if (pattern.type === 'Property') bindings(pattern.value as AnyNode, note);
  else if (pattern.type === 'AssignmentPattern') bindings(pattern.left as AnyNode, note);
  else if (pattern.type === 'RestElement') bindings(pattern.argument as AnyNode, note);
  else if (pattern.type === 'ObjectPattern')
    for (const one of pattern.properties) bindings(one as AnyNode, note);
  else if (pattern.type === 'ArrayPattern')
    for (const one of pattern.elements) if (one !== null) bindings(one as AnyNode, note);
}

/** Whether `above` uses a value in a way that no generator is meant for. */
function uses(above: AnyNode, node: AnyNode): boolean {
  switch (above.type) {
    case 'ExpressionStatement':
    case 'UnaryExpression':
    case 'BinaryExpression':
    case 'TemplateLiteral':
    case 'SequenceExpression':
      return true;
    case 'LogicalExpression':
      return above.left === node;
    case 'IfStatement':
    case 'ConditionalExpression':
    case 'WhileStatement':
    case 'DoWhileStatement':
      return above.test === node;
    case 'SwitchStatement':
      return above.discriminant === node;
    case 'CallExpression':
      // A helper of values, m.v.pteDirty(…), takes no generator.
      return above.callee !== node && isValueHelper(above.callee as AnyNode);
    default:
      return false;
  }
}

const isValueHelper = (callee: AnyNode): boolean =>
  callee.type === 'MemberExpression' &&
  ((callee.object.type === 'Identifier' && callee.object.name === 'v') ||
    (callee.object.type === 'MemberExpression' &&
      callee.object.property.type === 'Identifier' &&
      callee.object.property.name === 'v'));

/** Variables of a function that are used in it as values only, so that what is in them is never taken. */
function valuesOnly(tree: AnyNode): (name: string) => boolean {
  const used = new Map<string, boolean>();
  walk(tree, (node, above) => {
    if (node.type !== 'Identifier') return;
    if (above.type === 'VariableDeclarator' && above.id === node) return;
    if (above.type === 'MemberExpression' && above.property === node && !above.computed) return;
    if (above.type === 'Property' && above.key === node && !above.shorthand) return;
    used.set(node.name, uses(above, node) && used.get(node.name) !== false);
  });
  return (name) => used.get(name) === true;
}

/** The calls in JavaScript that make a generator which nobody takes. */
export function droppedIn(text: string, { functions, methods }: Generators): Dropped[] {
  const tree = treeOf(text);
  if (tree === null) return [];
  const own = declared(tree);
  const known = (names: Map<string, boolean>, others: ReadonlySet<string>, name: string): boolean =>
    // Anything may have a method of this name.
    name !== 'run' && (names.get(name) ?? others.has(name));
  const makesOne = (node: AnyNode): boolean => {
    if (node.type !== 'CallExpression') return false;
    const { callee } = node;
    if (callee.type === 'Identifier') return known(own.functions, functions, callee.name);
    if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
      return false;
    return known(own.methods, methods, callee.property.name);
  };
  // Two functions may use one name for different things.
  const values = new Map<AnyNode, (name: string) => boolean>();
  const isValue = (around: AnyNode, name: string): boolean => {
    const known = values.get(around) ?? valuesOnly(around);
    values.set(around, known);
    return known(name);
  };
  const found: Dropped[] = [];
  walk(tree, (node, above, around, inGenerator) => {
    if (!inGenerator || !makesOne(node)) return;
    const kept =
      above.type === 'VariableDeclarator' &&
      above.id.type === 'Identifier' &&
      isValue(around ?? tree, above.id.name);
    if (kept || uses(above, node)) found.push({ offset: node.start, call: text.slice(node.start, node.end) });
  });
  return found;
}
