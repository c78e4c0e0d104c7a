/** Macros of the kernel's headers: waiting, loops that block until what they read has changed; variables of a CPU. */
import { type Macro, parseUnit } from '../parse/unit.js';

const TEXT = `
#define smp_cond_load_relaxed(ptr, cond) ({ typeof(*(ptr)) VAL; for (;;) { VAL = READ_ONCE(*(ptr)); if (cond) break; cpu_relax(); } VAL; })
#define smp_cond_load_acquire(ptr, cond) ({ typeof(*(ptr)) VAL; for (;;) { VAL = READ_ONCE(*(ptr)); if (cond) break; cpu_relax(); } smp_acquire__after_ctrl_dep(); VAL; })
#define atomic_cond_read_relaxed(v, cond) ({ int VAL; for (;;) { VAL = atomic_read(v); if (cond) break; cpu_relax(); } VAL; })
#define atomic_cond_read_acquire(v, cond) ({ int VAL; for (;;) { VAL = atomic_read(v); if (cond) break; cpu_relax(); } smp_acquire__after_ctrl_dep(); VAL; })
#define fallthrough 0
#define wait_event(wq, cond) do { while (!(cond)) cpu_relax(); smp_acquire__after_ctrl_dep(); } while (0)
#define wait_on_bit(word, bit, mode) ({ while (test_bit(bit, word)) cpu_relax(); smp_acquire__after_ctrl_dep(); 0; })
#define wait_on_bit_lock(word, bit, mode) ({ while (test_and_set_bit(bit, word)) cpu_relax(); 0; })
`;

/** Each with what it does. */
export const WAITS: readonly (readonly [string, string])[] = [
  ['smp_cond_load_relaxed atomic_cond_read_relaxed', 'waits until a condition on VAL holds'],
  ['smp_cond_load_acquire atomic_cond_read_acquire', 'waits until a condition on VAL holds, and orders'],
  ['wait_event', 'waits until the condition holds'],
  ['wait_on_bit wait_on_bit_lock', 'waits until a bit is clear; takes it'],
  [
    ['this_cpu', '__this_cpu', 'raw_cpu']
      .flatMap((name) =>
        'read write add sub and or inc dec add_return sub_return inc_return dec_return ptr'
          .split(' ')
          .map((op) => `${name}_${op}`),
      )
      .join(' '),
    'the variable of this CPU, which no agent on another one can be in the middle of',
  ],
  ['get_cpu_var get_cpu_ptr put_cpu_var put_cpu_ptr per_cpu per_cpu_ptr', 'the variable of a CPU'],
];

const ON_THIS_CPU = `
#define OP_read(v) READ_ONCE(v)
#define OP_write(v, n) WRITE_ONCE(v, n)
#define OP_add(v, n) ((void)((v) += (n)))
#define OP_sub(v, n) ((void)((v) -= (n)))
#define OP_and(v, n) ((void)((v) &= (n)))
#define OP_or(v, n) ((void)((v) |= (n)))
#define OP_inc(v) ((void)((v)++))
#define OP_dec(v) ((void)((v)--))
#define OP_add_return(v, n) ((v) += (n))
#define OP_sub_return(v, n) ((v) -= (n))
#define OP_inc_return(v) (++(v))
#define OP_dec_return(v) (--(v))
#define OP_ptr(p) (p)
`;

const PER_CPU = `${['this_cpu', '__this_cpu', 'raw_cpu'].map((name) => ON_THIS_CPU.replace(/OP/g, name)).join('')}
#define per_cpu_ptr(p, cpu) (&per_cpu(p, cpu))
#define get_cpu_var(v) (v)
#define get_cpu_ptr(p) (p)
#define put_cpu_var(v) ((void)0)
#define put_cpu_ptr(p) ((void)0)
`;

let macros: ReadonlyMap<string, Macro> | null = null;

/** One of them by name; the grammar must have been loaded. */
export const waitOf = (name: string): Macro | undefined => {
  macros ??= parseUnit(TEXT + PER_CPU, 'waits').macros;
  return macros.get(name);
};
