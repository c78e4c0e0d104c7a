/** Loops that wait block, whatever they look like; one that does not is given up, and says so. */
import { parseReport } from '@racewalk/conformance/schema';
import { describe, expect, it } from 'vitest';
import { directory } from './kernel-tree.js';
import { run } from './run.js';

/** How a reader waits until `x` is no longer 0. */
const WAITS: Readonly<Record<string, string>> = {
  while: 'while (READ_ONCE(*x) == 0)\n\t\tcpu_relax();',
  do: 'do {\n\t\tcpu_relax();\n\t} while (!smp_load_acquire(x));',
  for: 'for (;;) {\n\t\tint v = READ_ONCE(*x);\n\n\t\tif (v)\n\t\t\tbreak;\n\t}',
  goto: 'again:\n\tif (!READ_ONCE(*x))\n\t\tgoto again;',
  condition: 'smp_cond_load_acquire(x, VAL == 1);',
  'wide condition': 'r1 = smp_cond_load_relaxed(x, VAL != 0 && VAL < 5);',
  event: 'wait_event(*wq, READ_ONCE(*x));',
  exchange: 'int old = 1;\n\n\twhile (!try_cmpxchg(x, &old, 2))\n\t\told = 1;',
  bit: 'while (test_and_set_bit(0, bits))\n\t\tcpu_relax();',
  'bit by name': 'wait_on_bit(bits, 0, TASK_UNINTERRUPTIBLE);',
  switch:
    'switch (smp_cond_load_relaxed(x, VAL)) {\n\tcase 1:\n\t\tr1 = 1;\n\t\tfallthrough;\n\tdefault:\n\t\tbreak;\n\t}',
  typeof: 'typeof(*x) v;\n\n\twhile (!(v = READ_ONCE(*x)))\n\t\t;',
};

const race = (wait: string): string => `C waits

{ int x = 0; int y = 0; unsigned long bits = 1; wait_queue_head_t wq; }

P0(int *x, int *y, unsigned long *bits, wait_queue_head_t *wq)
{
	WRITE_ONCE(*y, 1);
	smp_store_release(x, 1);
	clear_bit_unlock(0, bits);
	wake_up(wq);
}

P1(int *x, int *y, unsigned long *bits, wait_queue_head_t *wq)
{
	int r0, r1;

	${wait}
	smp_rmb();
	r0 = READ_ONCE(*y);
}

exists (1:r0=0)

variant late breaks EXISTS {
-	WRITE_ONCE(*y, 1);

-	wake_up(wq);
+	wake_up(wq);
+	WRITE_ONCE(*y, 1);
}
`;

describe('a loop that waits', () => {
  it.each(Object.keys(WAITS))('blocks: %s', async (name) => {
    const cwd = directory({ 'waits.c': race(WAITS[name] ?? '') });
    const { out, err } = await run(['check', 'waits.c', '--arch', 'x86-64', '--reporter', 'json'], { cwd });
    expect(err).toBe('');
    const { cells } = parseReport(out);
    expect(cells.map(({ asExpected }) => asExpected)).toEqual([true, true]);
    // Unrolled it would be hundreds.
    expect(cells[0]?.executions).toBeLessThan(10);
  });

  it('that nobody ends is given up with its place', async () => {
    const cwd = directory({ 'waits.c': race('while (1)\n\t\tr1++;') });
    const { code, err } = await run(['check', 'waits.c', '--arch', 'x86-64'], { cwd });
    expect(err).toMatch(/waits\.c:17:2: a loop here did not end after 2000 rounds/);
    expect(code).toBe(2);
  });
});

describe('an initial value', () => {
  it('may be ATOMIC_INIT(), and is nothing else that is no number', async () => {
    const text = race(WAITS.while ?? '').replace('int y = 0', 'int y = ATOMIC_INIT(0)');
    const good = await run(['check', 'a.c', '--arch', 'x86-64'], { cwd: directory({ 'a.c': text }) });
    expect(good.code).toBe(0);
    const odd = text.replace('ATOMIC_INIT(0)', 'ODD(2)');
    const bad = await run(['check', 'a.c', '--arch', 'x86-64'], { cwd: directory({ 'a.c': odd }) });
    expect(bad.err).toMatch(/'ODD\(2\)': nothing is called ODD/);
    expect(bad.code).toBe(2);
  });
});
