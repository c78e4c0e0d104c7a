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

const SEED = Number(process.env.RACEWALK_C_SEED ?? 20261127);
const FUNCTIONS = Number(process.env.RACEWALK_C_FUNCTIONS ?? 150);

const INPUTS: readonly (readonly [bigint, bigint])[] = [
  [0n, 0n],
  [1n, -1n],
  [0xffff_ffff_ffff_ffffn, 5n],
  [0x8000_0000_8000_0000n, -2147483648n],
  [12345678901234n, 98765n],
];

/** A program of functions `f0`, `f1`, …; every operator, loops, `switch` and `goto`. */
function program(seed: number, count: number): string {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % n;
  };
  const pick = (all: readonly string[]): string => all[below(all.length)] ?? '';
  const types = ['int', 'unsigned int', 'unsigned long', 'long', 'bool', 'u8', 'unsigned short', 'char'];
  const vars = [...'abcdefgh'];
  const literals = [
    '0',
    '1',
    '2',
    '7',
    '0x7fffffff',
    '0x80000000',
    '0xffffffffUL',
    '12U',
    '-1',
    '255',
    '4096L',
  ];
  const ex = (depth: number): string => {
    if (depth === 0 || below(6) === 0) return below(3) > 0 ? pick(vars) : pick(literals);
    const [x, y] = [ex(depth - 1), ex(depth - 1)];
    switch (below(8)) {
      case 0:
        return `(${x} ${pick(['+', '-', '*', '&', '|', '^'])} ${y})`;
      case 1:
        return `(${x} ${pick(['<<', '>>'])} ${below(31)})`;
      case 2:
        return `(${x} ${pick(['<', '>', '<=', '>=', '==', '!='])} ${y})`;
      case 3:
        return `(${x} ${pick(['&&', '||'])} ${y})`;
      case 4:
        return `(${x} ? ${y} : ${ex(depth - 1)})`;
      case 5:
        return `${pick(['~', '-', '!'])}(${x})`;
      case 6:
        return `(${pick(types)})(${x})`;
      default:
        return `(${x} ${pick(['/', '%'])} ${pick(['3', '16UL', '7U', '4096'])})`;
    }
  };
  const statement = (i: number): string => {
    const v = pick(vars);
    switch (below(5)) {
      case 0:
        return `${v} ${pick(['+=', '-=', '|=', '&=', '^=', '<<=', '>>='])} 3;`;
      case 1:
        return `${v}${pick(['++', '--'])};`;
      case 2:
        return `for (int i = 0; i < 3; i++) { if (${ex(1)}) continue; ${v} += i; }`;
      case 3:
        return `switch (${v} & 3) { case 0: a++; case 1: b--; break; case 2: goto out${i}; default: c ^= 5; }`;
      default:
        return `${v} = ${ex(3)};`;
    }
  };
  const sum = vars
    .slice(1)
    .map((v) => ` + ${v}`)
    .join('');
  return Array.from({ length: count }, (_, i) => {
    const declared = vars
      .map((v, k) => `${types[k]} ${v} = ${pick(['x', 'y', 'x ^ y', 'x >> 3'])};`)
      .join(' ');
    const body = Array.from({ length: 4 }, () => statement(i)).join(' ');
    return `unsigned long f${i}(unsigned long x, long y) { ${declared} ${body} out${i}: return (unsigned long)a${sum} + (unsigned long)(${ex(3)}); }`;
  }).join('\n');
}

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
    .call(threadOf({} as Machine, new Map(), {}), [])
    .next(0).value;
}

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
  it('are those of a C compiler, in random functions', ({ skip }) => {
    const source = program(SEED, FUNCTIONS);
    const wanted = compiled(source, FUNCTIONS);
    if (wanted === null) skip('there is no gcc to compare with');
    const text = new Program([parseUnit(source, 'random.c')]);
    const th = threadOf({} as Machine, new Map(), {});
    for (const [k, [x, y]] of INPUTS.entries()) {
      for (let i = 0; i < FUNCTIONS; i++) {
        const turn = text.compiled(`f${i}`).call(th, [x, y]).next(0);
        const line = source.split('\n')[i];
        expect(`${turn.done} ${turn.value}`, `seed ${SEED}, inputs ${x} ${y}: ${line}`).toBe(
          `true ${wanted?.[k * FUNCTIONS + i]}`,
        );
      }
    }
  });
});
