/** Macros of the kernel's headers: most are for waiting, loops that block until what they read has changed. */
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
];

let macros: ReadonlyMap<string, Macro> | null = null;

/** One of them by name; the grammar must have been loaded. */
export const waitOf = (name: string): Macro | undefined => {
  macros ??= parseUnit(TEXT, 'waits').macros;
  return macros.get(name);
};
