/** Random functions of C: every operator and statement that decides a value, without what C leaves undefined. */

/** What stands before the functions: a compiler and `@racewalk/kernel-c` read it alike. */
const HEAD = [
  'struct pair { int n; unsigned long w; u8 small; bool flag; };',
  'enum kind { NONE, ONE = 3, TWO, LAST = 250 };',
  '#define BOTH(x, y) ((x) + 2 * (y))',
  '#define LIMIT 17',
  '#define LARGER(x, y) ((x) > (y) ? (x) : (y))',
  'static inline unsigned int mixed(u8 x, long y) { if (x > y) return x - y; return x ^ (unsigned short)y; }',
  'static inline long lower(long x) { return x >> 2; }',
  'static inline long upper(long x) { return x * 5 + 1; }',
  'static inline struct pair paired(int n, unsigned long w) { struct pair p = { .w = w, .n = n }; p.small = w; p.flag = n & 4; return p; }',
  'static inline void doubled(int *p, unsigned long *q) { *p += *p; *q ^= *p; }',
];

const TYPES = ['int', 'unsigned int', 'unsigned long', 'long', 'bool', 'u8', 'unsigned short', 'char'];
const VARS = [...'abcdefgh'];
const LITERALS = [
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
  "'a'",
  'ONE',
  'LAST',
  'LIMIT',
  'sizeof(long)',
  '(u8)300',
];

/** Numbers from a seed. */
class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  below(n: number): number {
    this.#state = (Math.imul(this.#state, 1103515245) + 12345) >>> 0;
    return (this.#state >>> 8) % n;
  }

  pick(all: readonly string[]): string {
    return all[this.below(all.length)] ?? '';
  }
}

/** An expression without side effects. */
function expression(dice: Dice, depth: number): string {
  if (depth === 0 || dice.below(6) === 0) return dice.below(3) > 0 ? dice.pick(VARS) : dice.pick(LITERALS);
  const [x, y, z] = [1, 2, 3].map(() => expression(dice, depth - 1)) as [string, string, string];
  switch (dice.below(15)) {
    case 0:
      return `(${x} ${dice.pick(['+', '-', '*', '&', '|', '^'])} ${y})`;
    case 1:
      return `(${x} ${dice.pick(['<<', '>>'])} ${dice.below(31)})`;
    case 2:
      return `(${x} ${dice.pick(['<', '>', '<=', '>=', '==', '!='])} ${y})`;
    case 3:
      return `(${x} ${dice.pick(['&&', '||'])} ${y})`;
    case 4:
      return `(${x} ? ${y} : ${z})`;
    case 5:
      return `${dice.pick(['~', '-', '!', '+'])}(${x})`;
    case 6:
      return `(${dice.pick(TYPES)})(${x})`;
    case 7:
      return `(${x} ${dice.pick(['/', '%'])} ${dice.pick(['3', '16UL', '7U', '4096'])})`;
    case 8:
      return `BOTH(${x}, ${y})`;
    case 9:
      return `mixed(${x}, ${y})`;
    case 10:
      return `${dice.pick(['p.n', 'p.w', 'p.small', 'p.flag', 'q->n', 'q->w', 'q->small'])}`;
    case 11:
      return `t[(${x}) & 3]`;
    case 12:
      return `LARGER(${x}, ${y})`;
    case 13:
      return dice.below(2) === 0 ? `(${x} *(${y}))` : `(${x} * (${y}))`;
    default:
      return `call(${x})`;
  }
}

/** A statement; `i` tells the labels of functions apart. */
function statement(dice: Dice, i: number, k: number): string {
  const v = dice.pick(VARS);
  const ex = (depth: number): string => expression(dice, depth);
  switch (dice.below(15)) {
    case 0:
      return `${v} ${dice.pick(['+=', '-=', '|=', '&=', '^=', '*='])} ${ex(1)};`;
    case 1:
      return `${v} ${dice.pick(['<<=', '>>='])} 3;`;
    case 2:
      return dice.pick([
        `${v}++;`,
        `--${v};`,
        `c += ${v === 'c' ? 'd' : v}--;`,
        `d = ++${v === 'd' ? 'c' : v};`,
      ]);
    case 3:
      return `for (int i = 0; i < 3; i++) { if (${ex(1)}) continue; ${v} += i; if (${ex(1)}) break; }`;
    case 4:
      return `switch (${v} & 3) { case 0: a++; case 1: b--; break; case 2: goto out${i}; default: c ^= 5; }`;
    case 5:
      return `{ int n = 0; do { ${v} ^= n; n++; } while (n < 4 && (${ex(1)})); }`;
    case 6:
      return `{ int n = 5; while (n-- > 0) if ((${ex(1)}) & 1) ${v} += n; }`;
    case 7:
      return `{ struct pair r = p; r.n ^= ${ex(1)}; r.small += ${ex(1)}; p = r; }`;
    case 8:
      return `p = paired(${ex(1)}, ${ex(1)});`;
    case 9:
      return `t[(${ex(1)}) & 3] ${dice.pick(['=', '+=', '^='])} ${ex(2)};`;
    case 10:
      return `call = (${ex(1)}) ? lower : upper;`;
    case 11:
      return `doubled(&a, &c);`;
    case 12:
      return `{ int n = 0; again${i}_${k}: ${v} += n; if (++n < 3) goto again${i}_${k}; }`;
    case 13:
      return `if ((${ex(1)}) ${dice.pick(['&&', '||'])} (${v} = ${ex(1)}, ${v} & 1)) q->n += 3; else q->w -= ${ex(1)};`;
    default:
      return `${v} = ${ex(3)};`;
  }
}

/** The text with `count` functions `f0`, `f1`, …, one a line behind `headLines` others. */
export function randomProgram(seed: number, count: number): string {
  const dice = new Dice(seed);
  const sum = VARS.slice(1)
    .map((v) => ` + ${v}`)
    .join('');
  const functions = Array.from({ length: count }, (_, i) => {
    const declared = VARS.map(
      (v, k) => `${TYPES[k]} ${v} = ${dice.pick(['x', 'y', 'x ^ y', 'x >> 3'])};`,
    ).join(' ');
    const more =
      'struct pair p = { 1, x, y, x }, *q = &p; long t[4] = { x, 2, y }; long (*call)(long) = upper;';
    const body = Array.from({ length: 5 }, (_, k) => statement(dice, i, k)).join(' ');
    const result = `(unsigned long)a${sum} + p.n + p.w + p.small + p.flag + t[0] + t[1] + t[2] + t[3]`;
    return `unsigned long f${i}(unsigned long x, long y) { ${declared} ${more} ${body} out${i}: return ${result} + (unsigned long)(${expression(dice, 3)}); }`;
  });
  return [...HEAD, ...functions].join('\n');
}

/** Lines before the first function. */
export const HEAD_LINES = HEAD.length;
