/** C's integers against a compiler: random functions, the same inputs, the same results. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Machine } from '@racewalk/machine';
import { beforeAll, describe, expect, it } from 'vitest';
import { loadC } from '../src/index.js';
import { Program } from '../src/lower/program.js';
import { parseUnit } from '../src/parse/unit.js';
import { threadOf } from '../src/run/thread.js';
import { HEAD_LINES, randomProgram } from './random-c.js';

const SEED = Number(process.env.RACEWALK_C_SEED ?? 20261127);
const FUNCTIONS = Number(process.env.RACEWALK_C_FUNCTIONS ?? 150);

const AT_ONCE = 500;

const INPUTS: readonly (readonly [bigint, bigint])[] = [
  [0n, 0n],
  [1n, -1n],
  [0xffff_ffff_ffff_ffffn, 5n],
  [0x8000_0000_8000_0000n, -2147483648n],
  [12345678901234n, 98765n],
];

/** What the compiler's program prints, or null without a compiler. */
function compiled(source: string, count: number): string[] | null {
  const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-c-'));
  try {
    const xs = INPUTS.map(([x]) => `${x}UL`).join();
    const ys = INPUTS.map(([, y]) => (y === -2147483648n ? '-2147483647L-1' : `${y}L`)).join();
    const calls = Array.from({ length: count }, (_, i) => `printf("%lu\\n", f${i}(xs[k], ys[k]));`).join('');
    const text = `#include <stdio.h>\n#include <stdbool.h>\ntypedef unsigned char u8;\n${source}\nint main(void) { unsigned long xs[] = {${xs}}; long ys[] = {${ys}}; for (int k = 0; k < ${INPUTS.length}; k++) { ${calls} } return 0; }`;
    const file = path.join(dir, 'f.c');
    writeFileSync(file, text);
    execFileSync('gcc', ['-O1', '-fwrapv', '-w', '-o', path.join(dir, 'f'), file]);
    return execFileSync(path.join(dir, 'f'), { encoding: 'utf8' }).trim().split('\n');
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ENOENT') return null;
    throw error;
  } finally {
    rmSync(dir, { recursive: true });
  }
}

beforeAll(() => loadC());

/** The value of a function without arguments. */
function resultOf(source: string): unknown {
  const text = new Program([parseUnit(source, 'one.c')]);
  return text
    .compiled('f')
    .call(threadOf({ keeps: [] } as unknown as Machine, new Map(), {}), [])
    .next(0).value;
}

describe('a name in parentheses', () => {
  it.each([
    ['before a sign', 'int a = 7; return (a) - 2 * 2;', 3n],
    ['in a macro', 'int a = 1, b = 0; return BOTH(a, b) + (a) * 2;', 3n],
    ['in a product', 'int d = 3, a = 4; return (d * (unsigned long)(a)) + 2 * 5;', 22n],
    ['in a product without blanks', 'int a = 7, b[2]; b[1] = 3; return (a*(b[1])) - 1;', 20n],
    ['that is a type', 'return 256 + (u8)-1 + (byte)-2 + (byte)300;', 809n],
  ])('%s is no cast unless it is a type', (_where, body, value) => {
    const source = `#define BOTH(x, y) ((x) + 2 * (y))\ntypedef unsigned char byte;\nint f(void) { ${body} }`;
    expect(resultOf(source)).toBe(value);
  });

  it('where that cannot be told is refused', () => {
    expect(() => resultOf('int f(void) { int (*call)(int) = NULL; return (call(({ 1; }))) & 3; }')).toThrow(
      /looks like a cast to a type 'call'/,
    );
  });
});

describe('loops and arrays', () => {
  it('count what the test of a do-while changes as part of its round', () => {
    expect(
      resultOf('int f(void) { int n = 0; do { if (n < 9) continue; } while (n++, n != 3); return n; }'),
    ).toBe(3n);
  });

  it('end a do-while whose body did nothing', () => {
    expect(resultOf('int f(void) { int n = 7; do { if (n) continue; } while (n != 7); return n; }')).toBe(7n);
  });

  it('give an array the length that a macro names', () => {
    expect(resultOf('#define N 3\nint f(void) { int a[N]; a[2] = 5; return a[2] + a[0]; }')).toBe(5n);
  });
});

describe('integers', () => {
  // Texts of at most so many functions; the seeds of those behind the first follow it.
  const parts = Array.from({ length: Math.ceil(FUNCTIONS / AT_ONCE) }, (_, i) => ({
    seed: SEED + i,
    count: Math.min(AT_ONCE, FUNCTIONS - i * AT_ONCE),
  }));

  it.for(parts)(
    'are those of a C compiler, in $count random functions of seed $seed',
    { timeout: 120_000 },
    ({ seed, count }, { skip }) => {
      const source = randomProgram(seed, count);
      const wanted = compiled(source, count);
      if (wanted === null) skip('there is no gcc to compare with');
      const text = new Program([parseUnit(source, 'random.c')]);
      const th = threadOf({ keeps: [] } as unknown as Machine, new Map(), {});
      for (const [k, [x, y]] of INPUTS.entries()) {
        for (let i = 0; i < count; i++) {
          const line = source.split('\n')[HEAD_LINES + i];
          const turn = text.compiled(`f${i}`).call(th, [x, y]).next(0);
          expect(`${turn.done} ${turn.value}`, `seed ${seed}, inputs ${x} ${y}: ${line}`).toBe(
            `true ${wanted?.[k * count + i]}`,
          );
        }
      }
    },
  );
});
