/** `guard(spinlock)(&lock);`: held until the block ends, however it does. */
import type { Node } from 'web-tree-sitter';
import { kids, parseUnit } from '../parse/unit.js';
import { argumentsOf } from './arguments.js';
import { value } from './code.js';
import { at, type Cx, refuse } from './context.js';
import { type Stmt, simple } from './statement-code.js';

const SPIN = ['spin', 'raw_spin'] as const;

const GUARDS: Readonly<Record<string, readonly [take: string, give: string] | undefined>> = {
  ...Object.fromEntries(
    SPIN.flatMap((kind) =>
      ['', '_irq', '_irqsave', '_bh'].map((how): [string, [string, string]] => [
        `${kind}lock${how}`,
        [`${kind}_lock`, `${kind}_unlock`],
      ]),
    ),
  ),
  mutex: ['mutex_lock', 'mutex_unlock'],
  rwsem_read: ['down_read', 'up_read'],
  rwsem_write: ['down_write', 'up_write'],
  read_lock: ['read_lock', 'read_unlock'],
  write_lock: ['write_lock', 'write_unlock'],
  mmap_read_lock: ['mmap_read_lock', 'mmap_read_unlock'],
  mmap_write_lock: ['mmap_write_lock', 'mmap_write_unlock'],
  rcu: ['rcu_read_lock', 'rcu_read_unlock'],
  irq: ['local_irq_disable', 'local_irq_enable'],
  irqsave: ['local_irq_save', 'local_irq_restore'],
  preempt: ['preempt_disable', 'preempt_enable'],
};

const callOf = (n: Node): Node | null => {
  const call = n.type === 'expression_statement' ? kids(n)[0] : undefined;
  const callee = call?.type === 'call_expression' ? call.childForFieldName('function') : null;
  const isGuard =
    callee?.type === 'call_expression' && callee.childForFieldName('function')?.text === 'guard';
  return isGuard ? (call ?? null) : null;
};

/** Whether a statement takes a guard. */
export const isGuard = (n: Node): boolean => callOf(n) !== null;

/** The rest of a block under the guard that its first statement takes. */
export function guarded(cx: Cx, n: Node, rest: () => Stmt): Stmt {
  const call = callOf(n) ?? n;
  const kind = argumentsOf(call.childForFieldName('function') ?? call)[0]?.text ?? '';
  const pair = GUARDS[kind];
  if (pair === undefined)
    throw refuse(
      cx,
      n,
      `guard(${kind}) is not known`,
      `take and release it by calls, or one of ${Object.keys(GUARDS).join(', ')}`,
    );
  const lock = argumentsOf(call)[0]?.node;
  const held = lock === undefined ? null : cx.expr(lock);
  const name = held === null ? '' : `guard of ${kind}`.replace(/\W/g, '_');
  const slot = held === null ? -1 : cx.scope.declare(name, held.type).slot;
  const irq = kind.startsWith('irqsave') ? 'flags' : name;
  const statement = (text: string): Stmt => {
    const { file, line } = at(cx, n);
    const unit = parseUnit(`void m(void) { unsigned long flags; ${text}(${irq}); }`, file, () => line);
    const body = unit.functions.get('m')?.body;
    return cx.scope.inside(() => cx.piece(unit).block(body === undefined ? [] : kids(body)));
  };
  const [take, give] = [statement(pair[0]), statement(pair[1])];
  const inner = rest();
  // A goto into the block would go past the lock; no compiler takes it.
  return simple(function* (f) {
    if (held !== null) f.v[slot] = yield* value(held.code, f);
    yield* take.run(f);
    const signal = yield* inner.run(f);
    const result = f.ret;
    yield* give.run(f);
    f.ret = result;
    return signal;
  });
}
