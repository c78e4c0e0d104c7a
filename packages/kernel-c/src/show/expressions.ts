/** Expressions of C as the TypeScript of a race. */
import type { Node } from 'web-tree-sitter';
import { argumentsOf } from '../lower/arguments.js';
import { NAMES } from '../names/index.js';
import { kids } from '../parse/unit.js';
import { type Names, typeOf } from './types.js';

/** An expression in print; one with steps is a `yield*`. */
export interface Printed {
  readonly text: string;
  readonly steps: boolean;
}

const child = (n: Node, name: string): Node => n.childForFieldName(name) ?? n;
const plain = (text: string): Printed => ({ text, steps: false });
const stepping = (text: string): Printed => ({ text: `yield* ${text}`, steps: true });

/** `ptep_get` as `ptepGet`. */
export const camel = (name: string): string =>
  name.replace(/([a-z0-9])_([a-z0-9])/gi, (_, a: string, b: string) => a + b.toUpperCase());

/** Names that are written here and that races call otherwise. */
const CALLS: Readonly<Record<string, string>> = {
  spin_lock: 'm.lock',
  spin_unlock: 'm.unlock',
  spin_trylock: 'm.trylock',
  pte_offset_map_lock: 'm.pteOffsetMapLock',
  pte_unmap_unlock: 'm.pteUnmapUnlock',
  smp_mb: 'fence',
};

const MARKED = /^(READ_ONCE|smp_load_acquire|rcu_dereference\w*|data_race)$/;
const STORES = /^(WRITE_ONCE|smp_store_release|rcu_assign_pointer|smp_store_mb)$/;
const SAME = /^(likely|unlikely|__pte|__pmd|__pgprot|pte_val|pmd_val|pgprot_val)$/;
const EXCHANGES = /^(?:atomic(?:_long)?_)?(xchg|(?:try_)?cmpxchg)/;

/** Prints expressions of one function. */
export class Expressions {
  constructor(readonly names: Names) {}

  /** In place of an operand: what has steps stands in parentheses. */
  operand(n: Node): string {
    const { text, steps } = this.print(n);
    return steps ? `(${text})` : text;
  }

  print(n: Node): Printed {
    switch (n.type) {
      case 'parenthesized_expression': {
        const inner = kids(n)[0];
        if (inner === undefined) return plain('()');
        const { text, steps } = this.print(inner);
        return steps ? { text, steps } : plain(`(${text})`);
      }
      case 'number_literal':
        return plain(n.text.replace(/[uUlL]+$/, ''));
      case 'null':
        return plain('null');
      case 'true':
      case 'false':
      case 'string_literal':
        return plain(n.text);
      case 'identifier':
        return this.#name(n);
      case 'pointer_expression':
        return child(n, 'operator').text === '*'
          ? this.load(n, 'load')
          : plain(this.#address(child(n, 'argument')));
      case 'field_expression':
      case 'subscript_expression':
        return this.load(n, 'load');
      case 'unary_expression':
        return this.#joined(n, [child(n, 'argument')], ([a]) => child(n, 'operator').text + a);
      case 'binary_expression':
        return this.#binary(n);
      case 'conditional_expression': {
        const all = ['condition', 'consequence', 'alternative'].map((name) => child(n, name));
        return this.#joined(n, all, ([a, b, c]) => `${a} ? ${b} : ${c}`);
      }
      case 'comma_expression':
        return this.#joined(n, [child(n, 'left'), child(n, 'right')], ([a, b]) => `${a}, ${b}`);
      case 'cast_expression':
        return this.print(child(n, 'value'));
      case 'assignment_expression':
        return this.#assignment(n);
      case 'update_expression':
        return this.#update(n);
      case 'call_expression':
        return this.#call(n);
      default:
        return plain(`c(${JSON.stringify(n.text)})`);
    }
  }

  #joined(_n: Node, parts: readonly Node[], join: (texts: string[]) => string): Printed {
    return plain(join(parts.map((p) => this.operand(p))));
  }

  #name(n: Node): Printed {
    const { locals, globals } = this.names;
    const name = n.text;
    if (!locals.has(name) && globals.has(name)) return stepping(`read(${camel(name)})`);
    return plain(name === 'NULL' ? 'null' : locals.has(name) ? camel(name) : name);
  }

  /** Pointers to entries count through entries. */
  #binary(n: Node): Printed {
    const op = child(n, 'operator').text;
    const [left, right] = [child(n, 'left'), child(n, 'right')];
    const of = typeOf(this.names, left);
    if ((op === '+' || op === '-') && of.k === 'ptr' && of.to.k === 'pte')
      return plain(`ptepAdd(${this.operand(left)}, ${op === '-' ? '-' : ''}${this.operand(right)})`);
    const shown = op === '==' ? '===' : op === '!=' ? '!==' : op;
    return this.#joined(n, [left, right], ([a, b]) => `${a} ${shown} ${b}`);
  }

  /** Where a place is, for reads and writes; null if it is a local of the function. */
  #place(n: Node): { kind: 'entry' | 'user' | 'word' | 'member'; text: string } | null {
    if (n.type === 'parenthesized_expression') return this.#place(kids(n)[0] ?? n);
    if (n.type === 'identifier') {
      const { locals, globals } = this.names;
      return !locals.has(n.text) && globals.has(n.text) ? { kind: 'word', text: camel(n.text) } : null;
    }
    if (n.type === 'call_expression') return this.#place(argumentsOf(n)[0]?.node ?? n);
    const argument = child(n, 'argument');
    if (n.type === 'field_expression') {
      const text = `${this.operand(argument)}.${camel(child(n, 'field').text.replace(/^vm_/, ''))}`;
      return { kind: 'member', text };
    }
    if (n.type === 'subscript_expression')
      return { kind: 'member', text: `${this.operand(argument)}[${this.operand(child(n, 'index'))}]` };
    if (this.names.user.has(argument.text))
      return { kind: 'user', text: /(\d+)$/.exec(argument.text)?.[1] ?? '0' };
    const of = typeOf(this.names, argument);
    const entry = of.k === 'ptr' && of.to.k === 'pte';
    return { kind: entry ? 'entry' : 'word', text: this.operand(argument) };
  }

  #address(n: Node): string {
    const place = this.#place(n);
    return place === null ? `ref(() => ${this.operand(n)})` : place.text;
  }

  /** The place that an exchange is given the address of. */
  #target(n: Node): string {
    if (n.type === 'cast_expression') return this.#target(child(n, 'value'));
    const taken = n.type === 'pointer_expression' && child(n, 'operator').text === '&';
    return taken ? this.#address(child(n, 'argument')) : this.operand(n);
  }

  /** Whether the address of an entry is taken, or a pointer to one is meant. */
  #entry(n: Node): boolean {
    if (n.type === 'cast_expression') return this.#entry(child(n, 'value'));
    const taken = n.type === 'pointer_expression' && child(n, 'operator').text === '&';
    if (taken) return this.#place(child(n, 'argument'))?.kind === 'entry';
    const of = typeOf(this.names, n);
    return of.k === 'ptr' && of.to.k === 'pte';
  }

  /** A read of a place. */
  load(n: Node, op: string): Printed {
    const place = this.#place(n);
    if (place === null) return this.print(n);
    const { kind, text } = place;
    if (kind === 'entry') return stepping(`m.entries.readOnce(${text}, '${op}')`);
    if (kind === 'user') return stepping(`user.load(${text})`);
    return kind === 'word' ? stepping(`read(${text})`) : plain(text);
  }

  /** A store to a place. */
  store(n: Node, value: string, op: string): Printed {
    const place = this.#place(n);
    if (place === null) return plain(`${this.operand(n)} = ${value}`);
    const { kind, text } = place;
    if (kind === 'entry') return stepping(`m.entries.writeOnce(${text}, ${value}, '${op}')`);
    if (kind === 'user') return stepping(`user.store(${text})`);
    return kind === 'word' ? stepping(`write(${text}, ${value})`) : plain(`${text} = ${value}`);
  }

  #assignment(n: Node): Printed {
    const op = child(n, 'operator').text;
    const [left, right] = [child(n, 'left'), child(n, 'right')];
    const place = this.#place(left);
    const local = place === null || place.kind === 'member';
    // On the right of a plain assignment a step needs no parentheses.
    const value = op === '=' && local ? this.print(right).text : this.operand(right);
    if (local) return plain(`${place?.text ?? this.operand(left)} ${op} ${value}`);
    if (op === '=') return this.store(left, value, 'store');
    return this.store(left, `(${this.load(left, 'load').text}) ${op.slice(0, -1)} ${value}`, 'store');
  }

  #update(n: Node): Printed {
    const op = child(n, 'operator').text;
    const argument = child(n, 'argument');
    const of = typeOf(this.names, argument);
    const name = this.operand(argument);
    if (of.k === 'ptr' && of.to.k === 'pte') {
      const [by, back] = op === '++' ? [1, -1] : [-1, 1];
      const next = `${name} = ptepAdd(${name}, ${by})`;
      if (/^(expression|for)_statement$/.test(n.parent?.type ?? '')) return plain(next);
      return plain(n.child(0)?.type === op ? `(${next})` : `ptepAdd((${next}), ${back})`);
    }
    const prefix = n.child(0)?.type === op;
    return plain(prefix ? `${op}${name}` : `${name}${op}`);
  }

  #call(n: Node): Printed {
    const callee = child(n, 'function');
    const args = argumentsOf(n);
    const name = callee.text;
    const printed = args.map(({ node, text }) =>
      node === undefined ? JSON.stringify(text) : this.operand(node),
    );
    const [first, second] = args.map(({ node }) => node);
    if (first !== undefined && MARKED.test(name)) return this.#through(name, first);
    if (first !== undefined && second !== undefined && STORES.test(name))
      return this.store(first, printed[1] ?? '', name);
    if (first !== undefined && SAME.test(name)) return this.print(first);
    if (first !== undefined && EXCHANGES.test(name)) {
      const called = name.replace(/^atomic(_long)?_/, '').replace('try_cmpxchg', 'tryCmpxchg');
      const of = this.#entry(first) ? 'm.entries.' : '';
      return stepping(`${of}${called}(${[this.#target(first), ...printed.slice(1)].join(', ')})`);
    }
    const own = this.names.units.find((unit) => unit.functions.has(name));
    if (own !== undefined) return stepping(`${camel(name)}(${['m', ...printed].join(', ')})`);
    const helper = NAMES.helpers.get(name);
    if (helper === undefined) return plain(`${camel(name)}(${printed.join(', ')})`);
    if (helper.floor === 'no effect') return plain(`/* ${name}(): ${helper.says} */`);
    const passed = (helper.args ?? []).flatMap((kind, i) => (kind === '_' ? [] : [printed[i] ?? 'null']));
    const all = helper.args === null ? printed : passed;
    const target = CALLS[name] ?? (helper.here === '' ? `c.${camel(name)}` : helper.here);
    const text = `${target}(${all.join(', ')})`;
    return helper.pure === null ? stepping(text) : plain(text);
  }

  #through(name: string, place: Node): Printed {
    const text = this.load(place, name);
    return text.steps || place.type !== 'identifier' ? text : stepping(`read(${text.text})`);
  }
}
