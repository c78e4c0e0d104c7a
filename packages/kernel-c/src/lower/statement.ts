/** Statements. */
import type { Step } from '@racewalk/core/step';
import type { Node } from 'web-tree-sitter';
import { fields, kids } from '../parse/unit.js';
import { finished } from '../run/finished.js';
import { head, LoopState } from '../run/loops.js';
import { integer } from '../run/numbers.js';
import type { Value } from '../run/objects.js';
import { type CType, T } from '../types/ctype.js';
import { type Code, constant, value } from './code.js';
import { at, type Cx, refuse, unknownName } from './context.js';
import { converted } from './convert.js';
import { condition, intoLocal } from './expression.js';
import { guarded, isGuard } from './guards.js';
import { compileLoop, forEach } from './loop.js';
import { declareShared } from './outlives.js';
import { chosen } from './preproc.js';
import { labelsOf, Signal, type Stmt, simple } from './statement-code.js';
import { typeOfExpression } from './typeof.js';

const NOTHING: Stmt = simple(() => finished(Signal.NEXT));

const child = (n: Node, name: string): Node => n.childForFieldName(name) ?? n;

/** Compile a statement. */
export function compileStatement(cx: Cx, n: Node): Stmt {
  switch (n.type) {
    case 'compound_statement':
      return cx.scope.inside(() => cx.block(kids(n)));
    case 'expression_statement': {
      const inner = kids(n)[0];
      return inner === undefined ? NOTHING : effect(cx.expr(inner).code);
    }
    case 'declaration':
      return declaration(cx, n);
    case 'return_statement':
      return returns(cx, n);
    case 'if_statement':
      return branch(cx, n);
    case 'while_statement':
    case 'do_statement':
    case 'for_statement':
      return compileLoop(cx, n);
    case 'switch_statement':
      return select(cx, n);
    case 'break_statement':
      refuseOutside(cx, n, /^(for|while|do|switch|case)_statement$/);
      return ends(Signal.BREAK);
    case 'continue_statement':
      refuseOutside(cx, n, /^(for|while|do)_statement$/);
      return ends(Signal.CONTINUE);
    case 'goto_statement': {
      const label = child(n, 'label').text;
      if (!hasLabel(n, label))
        throw refuse(cx, n, `no label is called ${label}`, `write ${label}: in this function`);
      return simple((f) => {
        f.label = label;
        return finished(Signal.GOTO);
      });
    }
    case 'labeled_statement':
      return labeled(cx, n);
    case 'struct_specifier':
    case 'enum_specifier':
    case 'type_definition':
    case 'attributed_statement':
    case 'empty_statement':
    case ';':
      return NOTHING;
    case 'function_definition':
      if (isForEach(n) && cx.program.unknown !== null) {
        unknownName(cx, n, '', headOf(n));
        return cx.scope.inside(() => cx.block(kids(child(n, 'body'))));
      }
      throw refuse(
        cx,
        n,
        'a function inside of a function',
        'a macro in front of it may have been misread: leave it out with --define',
      );
    default:
      throw refuse(cx, n, `'${n.type.replace(/_/g, ' ')}' is not read`, 'write it another way');
  }
}

const functionOf = (n: Node): Node => {
  let top = n;
  while (top.parent !== null && top.type !== 'function_definition') top = top.parent;
  return top;
};

/** Whether the function has the label; a macro may bring it, too, and is not looked into. */
const hasLabel = (n: Node, label: string): boolean => new RegExp(`\\b${label}\\s*:`).test(functionOf(n).text);

/** A statement that leaves a loop, where nothing can be left; loops that are macros have names that say so. */
function refuseOutside(cx: Cx, n: Node, loops: RegExp): void {
  for (let up = n.parent; up !== null; up = up.parent) if (loops.test(up.type)) return;
  if (/for_?each|\bm\(void\)/.test(functionOf(n).text)) return;
  const word = n.type.replace('_statement', '');
  throw refuse(cx, n, `${word} outside of a loop`, 'return, or goto a label');
}

/** Whether a goto behind a label leads back to it: then it is the top of a loop. */
function isBackward(n: Node, label: string): boolean {
  const top = functionOf(n);
  return new RegExp(`\\bgoto\\s+${label}\\b`).test(top.text.slice(n.startIndex - top.startIndex));
}

function labeled(cx: Cx, n: Node): Stmt {
  const label = child(n, 'label').text;
  const inner = cx.block(kids(n).filter((c) => c.type !== 'statement_identifier'));
  const slot = isBackward(n, label) ? cx.scope.slot() : null;
  const where = at(cx, n);
  return {
    labels: new Set([label, ...inner.labels]),
    *run(f) {
      const jumped = f.label === label;
      if (jumped) f.label = '';
      if (slot !== null && f.label === '') {
        const known = jumped ? f.v[slot] : undefined;
        const state = known instanceof LoopState ? known : new LoopState();
        f.v[slot] = state as unknown as Value;
        f.th.at = where;
        yield* head(f, state);
      }
      return yield* inner.run(f);
    },
  };
}

/** The name in front of the first parenthesis. */
const headOf = (n: Node): string => /^\w*/.exec(n.text)?.[0] ?? '';

/** `for_each_x(a) { … }` of a macro that is not known is read as a function. */
const isForEach = (n: Node): boolean => /for_?each|scoped_guard/.test(headOf(n));

const ends = (signal: Signal): Stmt => simple(() => finished(signal));

const effect = (code: Code): Stmt =>
  simple(function* (f) {
    if (code.steps) yield* code.run(f);
    else code.run(f);
    return Signal.NEXT;
  });

function returns(cx: Cx, n: Node): Stmt {
  const inner = kids(n)[0];
  const code = inner === undefined ? constant(0n) : converted(cx.expr(inner), cx.returns);
  return simple(function* (f) {
    f.ret = yield* value(code, f);
    return Signal.RETURN;
  });
}

function branch(cx: Cx, n: Node): Stmt {
  const test = condition(cx, child(n, 'condition'));
  const yes = cx.scope.inside(() => cx.block([child(n, 'consequence')]));
  const otherwise = n.childForFieldName('alternative');
  const inner = otherwise?.type === 'else_clause' ? kids(otherwise)[0] : otherwise;
  const no = inner === undefined || inner === null ? NOTHING : cx.scope.inside(() => cx.block([inner]));
  return {
    labels: labelsOf([yes, no]),
    *run(f) {
      const take = f.label === '' ? yield* value(test, f) : yes.labels.has(f.label);
      return yield* take ? yes.run(f) : no.run(f);
    },
  };
}

/** Statements one behind the other. A goto to one of them goes on there. */
export function compileBlock(cx: Cx, nodes: readonly Node[]): Stmt {
  const parts: Stmt[] = [];
  const all = nodes.flatMap((n) => chosen(cx, n));
  for (let i = 0; i < all.length; i++) {
    const n = all[i] as Node;
    if (isGuard(n)) {
      const rest = all.slice(i + 1);
      parts.push(guarded(cx, n, () => compileBlock(cx, rest)));
      break;
    }
    // `for_each_x(a, b) statement` is read as a call without `;` and a statement.
    if (n.type === 'expression_statement' && n.children.at(-1)?.isMissing === true) {
      const body = all[++i];
      parts.push(forEach(cx, kids(n)[0] ?? n, body === undefined ? [] : [body]));
    } else parts.push(cx.statement(n));
  }
  return sequence(parts);
}

function sequence(parts: readonly Stmt[]): Stmt {
  const [only] = parts;
  if (only !== undefined && parts.length === 1 && only.labels.size === 0) return only;
  const labels = labelsOf(parts);
  const find = (label: string): number => parts.findIndex((p) => p.labels.has(label));
  return {
    labels,
    *run(f) {
      let i = f.label === '' ? 0 : find(f.label);
      for (; i < parts.length; i++) {
        const signal: Signal = yield* (parts[i] as Stmt).run(f);
        if (signal === Signal.GOTO && labels.has(f.label)) i = find(f.label) - 1;
        else if (signal !== Signal.NEXT) return signal;
      }
      return Signal.NEXT;
    },
  };
}

function select(cx: Cx, n: Node): Stmt {
  const test = cx.expr(child(n, 'condition'));
  const type: CType = test.type.k === 'int' ? test.type : T.long;
  return cx.scope.inside(() => {
    const cases: { values: Code | null; start: number }[] = [];
    const parts: Stmt[] = [];
    const add = (c: Node): void => {
      if (c.type !== 'case_statement') {
        parts.push(cx.statement(c));
        return;
      }
      const tested = c.childForFieldName('value');
      cases.push({ values: tested === null ? null : converted(cx.expr(tested), type), start: parts.length });
      const inner = kids(c).filter((x) => x.id !== tested?.id);
      const plain = inner.filter((x) => x.type !== 'case_statement');
      if (plain.length > 0) parts.push(cx.block(plain));
      for (const nested of inner.filter((x) => x.type === 'case_statement')) add(nested);
    };
    for (const c of kids(child(n, 'body')).flatMap((x) => chosen(cx, x))) add(c);
    return {
      labels: labelsOf(parts),
      *run(f) {
        let i = f.label === '' ? yield* start(test.code, cases, parts.length) : find(f.label);
        for (; i < parts.length; i++) {
          const signal: Signal = yield* (parts[i] as Stmt).run(f);
          if (signal === Signal.BREAK) return Signal.NEXT;
          if (signal === Signal.GOTO && find(f.label) >= 0) i = find(f.label) - 1;
          else if (signal !== Signal.NEXT) return signal;
        }
        return Signal.NEXT;

        function* start(of: Code, all: typeof cases, end: number): Step<number> {
          const wanted = integer(f.th, yield* value(of, f));
          for (const { values, start: at } of all)
            if (values !== null && integer(f.th, yield* value(values, f)) === wanted) return at;
          return all.find(({ values }) => values === null)?.start ?? end;
        }
      },
    };

    function find(label: string): number {
      return parts.findIndex((p) => p.labels.has(label));
    }
  });
}

/** Lengths of arrays that are enumerators of the kernel. */
const SIZES: Readonly<Record<string, string | undefined>> = { NR_MM_COUNTERS: '4', PAGE_SIZE: '4096' };

/** An array whose length is a name: a macro of the texts, or a constant of the kernel. */
function sized(cx: Cx, type: CType, size: Node | null): CType {
  if (type.k !== 'array' || type.size !== null || size === null) return type;
  const length =
    SIZES[size.text] ?? cx.program.types.units.flatMap((u) => u.macros.get(size.text)?.body ?? [])[0];
  if (!/^\d+$/.test(length ?? ''))
    throw refuse(cx, size, `an array of ${size.text}`, 'give its length as a number');
  return { ...type, size: Number(length) };
}

/**
 * `ODD(x) f(y);` is a declaration of `f` to the grammar. It is a call with something in front that is no C, unless it names
 * types: what is only declared would not run.
 */
function refuseDeclared(cx: Cx, n: Node, declarator: Node): void {
  const odd = n.childForFieldName('type')?.type === 'macro_type_specifier';
  const given = declarator.descendantsOfType('type_identifier').map((t) => t?.text ?? '');
  const calls = given.some((name) => cx.scope.find(name) !== undefined || cx.program.globals.has(name));
  if (!odd && !calls) return;
  const before = n.childForFieldName('type')?.text ?? '';
  throw refuse(
    cx,
    n,
    `'${before}' in front of '${declarator.text.split('\n')[0]}'`,
    `add a semicolon, or leave it out: --define ${/^\w+/.exec(before)?.[0] ?? 'NAME'}=`,
  );
}

function declaration(cx: Cx, n: Node): Stmt {
  const { types } = cx.program;
  const codes: Code[] = [];
  for (const d of fields(n, 'declarator')) {
    const initial = d.childForFieldName('value');
    const base = typeOfExpression(cx, child(n, 'type'), initial) ?? types.ofDeclaration(n);
    const { name, type: said, value: given, size } = types.declared(d, base);
    if (said.k === 'func') {
      refuseDeclared(cx, n, d);
      continue;
    }
    const type = sized(cx, said, size);
    if (cx.scope.isHere(name) && !cx.program.tableFirst(cx.fn))
      throw refuse(cx, d, `a second ${name} in the same block`, 'rename one of the two');
    const shared = declareShared(cx, n, d, name, type);
    if (shared !== null) {
      if (shared.empty !== null) codes.push(shared.empty);
      continue;
    }
    const list = given?.type === 'initializer_list' || type.k === 'array';
    const plain = given !== null && !list && type.k !== 'struct';
    if (plain) {
      const { slot } = cx.scope.declare(name, type);
      codes.push(intoLocal(cx, slot, type, given));
      continue;
    }
    const code =
      given !== null && !list ? converted(cx.expr(given), type) : cx.initial(type, list ? given : null, name);
    const { slot } = cx.scope.declare(name, type);
    codes.push(kept(code, slot));
  }
  return simple(function* (f) {
    for (const code of codes) yield* value(code, f);
    return Signal.NEXT;
  });
}

const kept = (code: Code, slot: number): Code => ({
  steps: true,
  *run(f): Step<Value> {
    const v = yield* value(code, f);
    f.v[slot] = v;
    f.src[slot] = null;
    return v;
  },
});
