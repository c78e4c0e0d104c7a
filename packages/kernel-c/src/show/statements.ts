/** Statements of C as the TypeScript of a race, one a line, with the line of C behind what takes steps. */
import type { Node } from 'web-tree-sitter';
import { fields, kids, type Unit } from '../parse/unit.js';
import { camel, Expressions } from './expressions.js';
import type { Names } from './types.js';

const child = (n: Node, name: string): Node => n.childForFieldName(name) ?? n;

/** Prints the body of one function. */
export class Statements {
  readonly #lines: string[] = [];
  readonly #e: Expressions;

  constructor(
    readonly names: Names,
    readonly unit: Unit,
  ) {
    this.#e = new Expressions(names);
  }

  /** The lines of a body, indented by `depth`. */
  body(node: Node, depth: number): readonly string[] {
    for (const n of kids(node)) this.#statement(n, depth);
    return this.#lines;
  }

  #say(text: string, depth: number, n?: Node): void {
    const where =
      n === undefined || !/yield\*/.test(text) ? '' : ` // :${this.unit.lineOf(n.startPosition.row)}`;
    this.#lines.push(`${'  '.repeat(depth)}${text}${where}`);
  }

  #block(n: Node, depth: number): void {
    if (n.type === 'compound_statement') for (const c of kids(n)) this.#statement(c, depth);
    else this.#statement(n, depth);
  }

  #statement(n: Node, depth: number): void {
    switch (n.type) {
      case 'compound_statement':
        this.#say('{', depth);
        this.#block(n, depth + 1);
        this.#say('}', depth);
        return;
      case 'expression_statement': {
        const inner = kids(n)[0];
        const text = inner === undefined ? '' : this.#e.print(inner).text;
        if (text !== '') this.#say(text.startsWith('/*') ? text : `${text};`, depth, n);
        return;
      }
      case 'declaration':
        this.#declaration(n, depth);
        return;
      case 'return_statement': {
        const inner = kids(n)[0];
        this.#say(inner === undefined ? 'return;' : `return ${this.#e.print(inner).text};`, depth, n);
        return;
      }
      case 'if_statement':
        this.#branch(n, depth, '');
        return;
      case 'while_statement':
        this.#around(`while (${this.#condition(child(n, 'condition'))}) {`, child(n, 'body'), depth, n);
        return;
      case 'do_statement':
        this.#say('do {', depth);
        this.#block(child(n, 'body'), depth + 1);
        this.#say(`} while (${this.#condition(child(n, 'condition'))});`, depth, n);
        return;
      case 'for_statement':
        this.#loop(n, depth);
        return;
      case 'switch_statement':
        this.#around(`switch (${this.#condition(child(n, 'condition'))}) {`, child(n, 'body'), depth, n);
        return;
      case 'case_statement':
        this.#case(n, depth);
        return;
      case 'goto_statement':
        this.#say(`goto.${camel(child(n, 'label').text)};`, depth);
        return;
      case 'labeled_statement':
        this.#say(`/* ${child(n, 'label').text}: */`, Math.max(0, depth - 1));
        for (const c of kids(n).filter((k) => k.type !== 'statement_identifier')) this.#statement(c, depth);
        return;
      case 'break_statement':
      case 'continue_statement':
        this.#say(`${n.type.replace('_statement', '')};`, depth);
        return;
      default:
        this.#say(`// ${n.text.split('\n')[0] ?? ''}`, depth);
    }
  }

  #condition(n: Node): string {
    const inner = n.type === 'parenthesized_expression' ? (kids(n)[0] ?? n) : n;
    return this.#e.print(inner).text;
  }

  #around(head: string, body: Node, depth: number, n: Node): void {
    this.#say(head, depth, n);
    this.#block(body, depth + 1);
    this.#say('}', depth);
  }

  #branch(n: Node, depth: number, lead: string): void {
    this.#say(`${lead}if (${this.#condition(child(n, 'condition'))}) {`, depth, n);
    this.#block(child(n, 'consequence'), depth + 1);
    const otherwise = n.childForFieldName('alternative');
    const inner = otherwise?.type === 'else_clause' ? kids(otherwise)[0] : otherwise;
    if (inner?.type === 'if_statement') {
      this.#branch(inner, depth, '} else ');
      return;
    }
    if (inner !== undefined && inner !== null) {
      this.#say('} else {', depth);
      this.#block(inner, depth + 1);
    }
    this.#say('}', depth);
  }

  #loop(n: Node, depth: number): void {
    const start = n.childForFieldName('initializer');
    const first =
      start === null ? '' : start.type === 'declaration' ? this.#declared(start) : this.#e.print(start).text;
    const [test, update] = ['condition', 'update'].map((name) => n.childForFieldName(name));
    const text = (of: Node | null | undefined): string => (of ? this.#e.print(of).text : '');
    this.#around(`for (${first}; ${text(test)}; ${text(update)}) {`, child(n, 'body'), depth, n);
  }

  #case(n: Node, depth: number): void {
    const value = n.childForFieldName('value');
    this.#say(value === null ? 'default:' : `case ${this.#e.print(value).text}:`, depth);
    for (const c of kids(n).filter((k) => k.id !== value?.id)) this.#statement(c, depth + 1);
  }

  #declared(n: Node): string {
    const parts = fields(n, 'declarator').map((d) => {
      const { name, value } = this.names.types.declared(d, this.names.types.ofDeclaration(n));
      if (value === null) return camel(name);
      const text =
        value.type === 'initializer_list' ? `c(${JSON.stringify(value.text)})` : this.#e.print(value).text;
      return `${camel(name)} = ${text}`;
    });
    return `let ${parts.join(', ')}`;
  }

  #declaration(n: Node, depth: number): void {
    this.#say(`${this.#declared(n)};`, depth, n);
  }
}
