/** Loops, also those of for-each macros. */
import type { Node } from 'web-tree-sitter';
import { head, LoopState } from '../run/loops.js';
import type { Value } from '../run/objects.js';
import { argumentsOf } from './arguments.js';
import { type Code, constant, list, pure, value } from './code.js';
import { at, type Cx, refuse, unknownName } from './context.js';
import { condition } from './expression.js';
import { store } from './place.js';
import { Signal, type Stmt } from './statement-code.js';

const child = (n: Node, name: string): Node | null => n.childForFieldName(name);

interface Parts {
  readonly init: Stmt | null;
  readonly test: Code<boolean>;
  readonly update: Code;
  readonly body: Stmt;
  /** The body runs once before the test. */
  readonly first: boolean;
}

/** `while`, do and `for`. */
export function compileLoop(cx: Cx, n: Node): Stmt {
  return cx.scope.inside(() => {
    const start = child(n, 'initializer');
    const init =
      start === null
        ? null
        : start.type === 'declaration'
          ? cx.statement(start)
          : asStatement(cx.expr(start).code);
    const test = child(n, 'condition');
    const update = child(n, 'update');
    const body = child(n, 'body');
    return loop(cx, n, {
      init,
      test: test === null ? pure(() => true) : condition(cx, test),
      update: update === null ? constant(0n) : cx.expr(update).code,
      body: cx.scope.inside(() => cx.block(body === null ? [] : [body])),
      first: n.type === 'do_statement',
    });
  });
}

const asStatement = (code: Code): Stmt => ({
  labels: new Set(),
  *run(f) {
    yield* value(code, f);
    return Signal.NEXT;
  },
});

function loop(cx: Cx, n: Node, { init, test, update, body, first }: Parts): Stmt {
  const slot = cx.scope.slot();
  const where = at(cx, n);
  return {
    labels: body.labels,
    *run(f) {
      const state = new LoopState();
      f.v[slot] = state as unknown as Value;
      let inside = f.label !== '';
      if (init !== null && !inside) yield* init.run(f);
      // Where the test comes last it is part of the round: what it changes counts.
      for (let untested = first; ; untested = false) {
        if (!first) f.th.at = where;
        if (!first) yield* head(f, state);
        if (!inside && !untested && !(yield* value(test, f))) return Signal.NEXT;
        if (first) f.th.at = where;
        if (first) yield* head(f, state);
        inside = false;
        const signal: Signal = yield* body.run(f);
        if (signal === Signal.BREAK) return Signal.NEXT;
        if (signal === Signal.GOTO && body.labels.has(f.label)) {
          inside = true;
          continue;
        }
        if (signal === Signal.RETURN || signal === Signal.GOTO) return signal;
        yield* value(update, f);
      }
    },
  };
}

/** What a for-each macro of the kernel goes through. */
const OVER: Readonly<Record<string, (args: readonly Value[]) => readonly Value[]>> = {
  vma_interval_tree_foreach: ([mapping, first, last]) => {
    const { vmas } = mapping as unknown as { vmas: readonly { pgoff: number; start: number; end: number }[] };
    const [a, b] = [Number(first), Number(last)];
    return vmas.filter((v) => v.pgoff <= b && a < v.pgoff + v.end - v.start) as unknown as Value[];
  },
};

/** `for_each_x(variable, what) statement`: a macro of the text, or one that is known. */
export function forEach(cx: Cx, call: Node, body: readonly Node[]): Stmt {
  const name = call.childForFieldName('function')?.text ?? '';
  const over = OVER[name];
  if (over === undefined) {
    const near = cx.program.names.nearest(name);
    const hint = `${near === null ? '' : `did you mean ${near}? `}else write the loop out: #define ${name}(…) for (…; …; …)`;
    if (cx.program.unknown === null && !cx.program.tableFirst(name))
      throw refuse(cx, call, `${name}: this for-each macro is not known`, hint);
    unknownName(cx, call, `${name}: this for-each macro is not known`, name);
    return cx.block([]);
  }
  const args = argumentsOf(call);
  const [variable, ...rest] = args;
  if (variable?.node === undefined)
    throw refuse(cx, call, `${name} without a variable`, 'give its arguments');
  const place = cx.place(variable.node);
  const what = list(rest.map((a) => (a.node === undefined ? constant(a.text) : cx.expr(a.node).code)));
  const holder = cx.scope.slot();
  const put = store(
    cx,
    variable.node,
    place,
    pure((f) => f.v[holder] ?? null),
  );
  const inner = cx.scope.inside(() => cx.block(body));
  return {
    labels: inner.labels,
    *run(f) {
      for (const item of over(yield* value(what, f))) {
        f.v[holder] = item;
        yield* value(put, f);
        const signal: Signal = yield* inner.run(f);
        if (signal === Signal.BREAK) break;
        if (signal === Signal.RETURN || signal === Signal.GOTO) return signal;
      }
      return Signal.NEXT;
    },
  };
}
