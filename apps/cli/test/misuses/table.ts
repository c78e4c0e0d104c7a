/**
 * What authors and users do wrong, and what they are told: message, code and exit code. None of it is green, and none
 * hangs. Mistakes of the step protocol alone are in `packages/explorer/test/checked.test.ts`, wrong command lines in
 * `errors.test.ts`.
 */
import { FORMS } from './forms.js';
import { type Misuse, other, REFUSED, step, thread } from './kinds.js';

/** Atomic bodies. */
const BODIES: readonly Misuse[] = [
  step(
    'a body reads a word that it does not list',
    'yield* atomic([s.x], (mem, b) => mem[b + s.y], "looks");',
    /RACEWALK_UNDECLARED_READ: one, at 'looks', reads y/,
  ),
  step(
    'a body writes a word that it does not list',
    'yield* atomic([s.x], (mem, b) => { mem[b + s.y] = 1; return 0; }, "sets");',
    /RACEWALK_UNDECLARED_WRITE: one, at 'sets', writes y/,
  ),
  step(
    'a body that is not declared to read what it compares',
    'yield* atomic([s.x], (mem, b, f) => { if (mem[b + s.y] === 9) f.fail("COH", "9"); return 0; }, "compares");',
    /RACEWALK_UNDECLARED_READ: one, at 'compares', reads y/,
  ),
  other(
    'a body counts its runs',
    { top: 'let runs = 0; const next = () => ++runs;', run: 'yield* atomic([s.x], next, "counts");' },
    /RACEWALK_IMPURE: one, at 'counts', does not do the same twice/,
  ),
  step(
    'a body stores a fraction',
    'yield* atomic([s.x], (mem, b) => { mem[b + s.x] = 0.5; return 0; });',
    /RACEWALK_BAD_WORD: .*stores 0\.5/,
  ),
  step(
    'a body stores undefined',
    'yield* atomic([s.x], (mem, b) => { mem[b + s.x] = s.none; return 0; });',
    /RACEWALK_BAD_WORD: .*stores undefined/,
  ),
  step(
    'a body returns an object',
    'yield* atomic([s.x], () => ({ a: 1 }), "object");',
    /RACEWALK_BAD_WORD: one, at 'object', returns an object/,
  ),
  step(
    'an async body',
    'yield* atomic([s.x], async () => 1, "later");',
    /RACEWALK_BAD_WORD: one, at 'later', returns an object/,
  ),
  step(
    'a body throws',
    'yield* atomic([s.x], () => { throw new RangeError("in the body"); }, "throws");',
    /RangeError: in the body/,
  ),
  step(
    'a body lists a word that does not exist',
    'yield* atomic([s.x, s.none], () => 0, "two");',
    /RACEWALK_BAD_CELL: one, at 'two', uses the word undefined/,
  ),
  step(
    'a guard is not listed',
    'yield* atomic([s.x], () => 0, "guarded", { guard: s.y, test: (v) => v === 0 });',
    /RACEWALK_BAD_CELL: .*waits for y and does not list it/,
  ),
  step(
    'a guard without a test',
    'yield* atomic([s.x], () => 0, "guarded", { guard: s.x });',
    /RACEWALK_BAD_CELL: .*has no test/,
  ),
];

/** Steps that depend on more than their history. */
const HISTORY: readonly Misuse[] = [
  other(
    'a step depends on a counter of the module',
    {
      top: 'let runs = 0; const next = () => ++runs;',
      run: 'if ((yield* read(s.x)) === 1) yield* write(s.y, next());',
    },
    /RACEWALK_HIDDEN_STATE: one depends on something that is no word of memory/,
  ),
  other(
    'two agents share a variable of a closure',
    {
      top: 'let shared = 0; const share = (v) => { shared = v; };',
      run: 'share(1); yield* write(s.x, 2); share(0);',
      two: 'if (shared === 1) yield* write(s.y, 1);',
    },
    /RACEWALK_HIDDEN_STATE: two depends on something/,
  ),
  other(
    'two agents share an object that setup made',
    {
      fields: 'setup: (w) => ({ x: w.word("x"), y: w.word("y"), box: { full: false } }),',
      run: 's.box.full = true; yield* write(s.x, 2);',
      two: 'if (s.box.full) yield* write(s.y, 1);',
    },
    /RACEWALK_HIDDEN_STATE: /,
  ),
  other(
    'a map of the module that only grows',
    {
      top: 'const seen = new Map();',
      run: 'seen.set("k", 1);',
      two: 'if (seen.has("k")) yield* write(s.y, 1);',
    },
    /RACEWALK_HIDDEN_STATE: misuse-\d+\.mjs:\d+:\d+: seen\.set\("k", 1\) changes seen, a variable of the module/,
    REFUSED,
  ),
  other(
    'a variable of the module that is set once',
    { top: 'let done = 0;', run: 'done = 1;', two: 'if (done === 1) yield* write(s.y, 1);' },
    /RACEWALK_HIDDEN_STATE: misuse-\d+\.mjs:\d+:\d+: done = 1 changes done/,
    REFUSED,
  ),
  other(
    'a field of an object of the module',
    { top: 'const box = { n: 0 };', run: 'box.n++;', two: 'if (box.n > 2) yield* write(s.y, 1);' },
    /RACEWALK_HIDDEN_STATE: misuse-\d+\.mjs:\d+:\d+: box\.n\+\+ changes box/,
    REFUSED,
  ),
  step('a clock', 'yield* write(s.x, Date.now() & 1);', /RACEWALK_HIDDEN_STATE: .*Date\.now/),
  step(
    'another clock',
    'yield* write(s.x, performance.now() | 0);',
    /RACEWALK_HIDDEN_STATE: .*performance\.now/,
  ),
  step(
    'a random number',
    'yield* write(s.x, (Math.random() * 2) | 0);',
    /RACEWALK_HIDDEN_STATE: .*Math\.random/,
  ),
  step('a timer', 'setTimeout(() => { s.late = 1; }, 0);', /RACEWALK_HIDDEN_STATE: .*setTimeout/),
  step(
    'a random number of the system',
    'yield* write(s.x, crypto.getRandomValues(new Uint8Array(1))[0]);',
    /RACEWALK_HIDDEN_STATE/,
  ),
  other(
    'a key without a variable',
    {
      run: 'yield* write(s.x, 2);',
      two: 'const want = yield* choose(2); yield* localKey(1); const seen = yield* awaitWord(s.x, (v) => v >= want + 1); yield* write(s.y, 10 * seen + want);',
    },
    /RACEWALK_INCOMPLETE_KEY: a localKey leaves out/,
  ),
];

/** Steps that are announced and not taken, or taken and not announced. */
const YIELDS: readonly Misuse[] = [
  step(
    'yield* is missing before a step',
    'write(s.y, 1, "y = 1"); yield* read(s.x);',
    /RACEWALK_FORGOTTEN_YIELD: one announces 'y = 1' and does not take it/,
  ),
  step(
    'yield* is missing before the last step',
    'write(s.y, 1, "y = 1");',
    /RACEWALK_FORGOTTEN_YIELD: one announces 'y = 1'/,
  ),
  step(
    'two calls, then two yield*',
    'const [a, b] = [read(s.x, "x"), read(s.y, "y")]; yield* a; yield* b;',
    /RACEWALK_FORGOTTEN_YIELD: .*call and yield\* are two statements/,
  ),
  step(
    'one call, two yield*',
    'const a = write(s.x, 2); yield* a; yield* a;',
    /RACEWALK_NO_STEP: .*one step twice/,
  ),
  step('yield without a star', 'yield write(s.x, 2);', /RACEWALK_NO_STEP: .*without a star/),
  step('yield of a number', 'yield 5;', /RACEWALK_NO_STEP: .*what is no step/),
  step('yield* of a list', 'yield* [1, 2];', /RACEWALK_NO_STEP: .*what is no step/),
  other(
    'yield* is missing before an access, a generator that begins later',
    { two: 'const cpu = new UserCpu(m, s.vma); cpu.load(0); yield* cpu.store(0);' },
    /RACEWALK_FORGOTTEN_YIELD: misuse-\d+\.mjs:\d+:\d+: cpu\.load\(0\) is called and not taken/,
    REFUSED,
  ),
  other(
    'yield* is missing before an operation whose result is used',
    {
      run: 'const old = m.pte.ptepGetAndClear(s.vma.mm, addrOf(s.vma.start), s.ptep); if (m.v.pteDirty(old)) yield* write(s.y, 1);',
    },
    /RACEWALK_FORGOTTEN_YIELD: .*ptepGetAndClear\(.*is called and not taken/,
    REFUSED,
  ),
  other(
    'yield* is missing before a function of the kernel',
    { run: 'freePage(m, s.folio.frames[0]);' },
    /RACEWALK_FORGOTTEN_YIELD: .*freePage\(m, s\.folio\.frames\[0\]\) is called and not taken/,
    REFUSED,
  ),
  other(
    'yield* is missing before a helper of the file',
    { top: 'function* helper(s) { yield* write(s.y, 1); }', run: 'helper(s);' },
    /RACEWALK_FORGOTTEN_YIELD: .*helper\(s\) is called and not taken/,
    REFUSED,
  ),
  other(
    'yield* is missing in a condition',
    { two: 'const cpu = new UserCpu(m, s.vma); if (cpu.load(0)) yield* write(s.y, 1);' },
    /RACEWALK_FORGOTTEN_YIELD: .*cpu\.load\(0\) is called and not taken/,
    REFUSED,
  ),
];

/** Operands. */
const OPERANDS: readonly Misuse[] = [
  step('a misspelt word', 'yield* write(s.xx, 1);', /RACEWALK_BAD_CELL: .*the word undefined/),
  step('a foreign word', 'yield* read(999);', /RACEWALK_BAD_CELL: .*the word 999/),
  step('a word before the first', 'yield* read(-1);', /RACEWALK_BAD_CELL: .*the word -1/),
  step('a value that is no number', 'yield* write(s.x, NaN);', /RACEWALK_BAD_WORD: .*NaN as a value/),
  step('a value of 33 bits', 'yield* write(s.x, 2 ** 32);', /RACEWALK_BAD_WORD: .*4294967296 as a value/),
  step('a text as value', 'yield* xchg(s.x, "1");', /RACEWALK_BAD_WORD: .*"1" as a value/),
  step('a big integer as value', 'yield* write(s.x, 1n);', /RACEWALK_BAD_WORD: .*1 as a value/),
  step('a wait for nothing', 'yield* retry([], []);', /RACEWALK_BAD_CELL: .*waits for 0 words/),
  step('a choice of nothing', 'yield* choose(0);', /RACEWALK_OUTSIDE|choose/),
  step('a page outside its area', 'yield* new UserCpu(m, s.vma).load(7);', /RACEWALK_OUTSIDE: /),
];

/** Agents. */
const AGENTS: readonly Misuse[] = [
  other(
    'an agent without steps',
    {
      agents: `
    one: { cpu: 0, role: 'kernel', *run(m, s) { yield* write(s.x, 1); } },
    two: { cpu: 1, role: 'user', *run() {} },`,
    },
    /RACEWALK_IDLE_AGENT: two takes no step/,
  ),
  other(
    'an async agent',
    { agents: `one: { cpu: 0, role: 'kernel', async run(m, s) {} },` },
    /RACEWALK_NO_GENERATOR: run of one is an async function/,
  ),
  other(
    'an async generator',
    { agents: `one: { cpu: 0, role: 'kernel', async *run(m, s) { yield* write(s.x, 1); } },` },
    /RACEWALK_NO_GENERATOR: run of one is an async function/,
  ),
  other(
    'a plain function as agent',
    { agents: `one: { cpu: 0, role: 'kernel', run(m, s) {} },` },
    /RACEWALK_NO_GENERATOR: run of one is no generator function/,
  ),
  step(
    'an agent throws',
    'throw new RangeError("what now");',
    /RangeError: what now.*misuse-\d+\.mjs:\d+:\d+/s,
  ),
  step('an agent throws what is no error', 'throw "what now";', /what now/),
  other(
    'an agent calls itself for ever',
    { top: 'function* f(m, s) { return yield* f(m, s); }', run: 'yield* f(m, s);' },
    /one threw RangeError: f calls f of itself, without end/,
  ),
  step(
    'an agent never ends',
    'for (;;) yield* read(s.x, "spins on x");',
    /bounded \(steps\).*one goes on and on/s,
  ),
  step('an agent waits for ever', 'yield* awaitWord(s.y, (v) => v === 7, "y = 7");', /LIVE/),
  step('an agent takes a lock twice', 'yield* lock(s.l); yield* lock(s.l);', /LIVE/),
  step(
    'an agent keeps a lock that another waits for',
    'yield* lock(s.l); yield* awaitWord(s.y, (v) => v === 7);',
    /LIVE/,
  ),
  step('an agent releases a lock that it does not hold', 'yield* unlock(s.l);', /unlock|not hold|LOCK/i),
  other(
    'an agent frees a page twice',
    {
      fields: 'invariants: ["COH", "UAF"],',
      run: 'yield* freePage(m, s.folio.frames[0]); yield* freePage(m, s.folio.frames[0]);',
    },
    /found violates UAF/,
  ),
].map((one) => (one.what === 'an agent never ends' ? { ...one, exit: 3 } : one));

/** Code that would end or stop the process. */
const THREADS: readonly Misuse[] = [
  thread(
    'an agent ends the process',
    { run: 'process.exit(0);' },
    /RACEWALK_BODY_ENDED: one \(bad\/misuse-\d+ on x86-64.*exit code 0/,
  ),
  thread(
    'a file ends the process',
    { top: 'process.exit(0);' },
    /RACEWALK_BODY_ENDED: loading misuse-\d+\.mjs .*exit code 0/,
  ),
  thread(
    'a file waits for ever',
    { top: 'await new Promise(() => {});' },
    /RACEWALK_BODY_ENDED: loading misuse-\d+\.mjs waits for ever/,
  ),
  thread(
    'an agent does not come to its next step',
    { run: 'for (;;);' },
    /RACEWALK_STEP_TIME: one \(bad\/misuse-\d+ on x86-64.* in 2 s/,
  ),
  thread(
    'a file does not come to its end',
    { top: 'for (;;);' },
    /RACEWALK_STEP_TIME: loading misuse-\d+\.mjs/,
  ),
  thread(
    'setup does not come to its end',
    { setup: 'for (;;)' },
    /RACEWALK_STEP_TIME: setup of bad\/misuse-\d+/,
  ),
];

/** All of them. */
export const MISUSES: readonly Misuse[] = [
  ...BODIES,
  ...HISTORY,
  ...YIELDS,
  ...OPERANDS,
  ...AGENTS,
  ...FORMS,
  ...THREADS,
];
