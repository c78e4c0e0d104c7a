/** The tool that counts which single faults in the sources the suite notices. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { typeChecker } from '../mutate/compiles.mjs';
import { matchEquivalent, readEquivalent } from '../mutate/equivalent.mjs';
import { diffOf, type Mutant, mutantsOf, mutated } from '../mutate/mutants.mjs';
import { optionsOf } from '../mutate/options.mjs';
import { compiled, probed, probedScripts } from '../mutate/probes.mjs';
import { scoreLines } from '../mutate/report.mjs';
import { judgesOf } from '../mutate/run.mjs';
import { isSaid } from '../mutate/said.mjs';
import { sample } from '../mutate/sample.mjs';
import { SCOPE, testFiles } from '../mutate/scope.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const dir = mkdtempSync(path.join(tmpdir(), 'racewalk-mutate-test-'));
afterAll(() => rmSync(dir, { recursive: true }));

const TEXT = `export const both = (a: number, b: number): boolean => {
  const far = a + b > 3;
  return a > 1 && b > 1 && far;
};
export const said = 'a text';
`;

const small = async (): Promise<Mutant[]> => {
  writeFileSync(path.join(dir, 'small.ts'), TEXT);
  return (await mutantsOf(dir, ['small.ts'])) as Mutant[];
};

describe('mutants', () => {
  it('are single edits that still parse, and never of a text', async () => {
    const mutants = await small();
    expect(mutants.length).toBeGreaterThan(10);
    for (const mutant of mutants) {
      const text = mutated(TEXT, mutant);
      expect(text).not.toBe(TEXT);
      expect(text).toContain("'a text'");
      const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
      expect(diagnostics, text).toEqual([]);
    }
    expect(new Set(mutants.map(({ key }) => key)).size).toBe(mutants.length);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it('bind as the operator that they replace', async () => {
    const or = (await small()).find(
      (m) => m.original === 'a > 1 && b > 1' && m.mutator === 'LogicalOperator',
    );
    expect(or && mutated(TEXT, or)).toContain('return (a > 1 || b > 1) && far;');
    expect(or && [or.line, diffOf(TEXT, or)]).toEqual([
      3,
      '-  return a > 1 && b > 1 && far;\n+  return (a > 1 || b > 1) && far;',
    ]);
  });

  it('keep their name when another line changes, and get another key', async () => {
    const before = await small();
    writeFileSync(path.join(dir, 'small.ts'), `// more\n${TEXT}`);
    const after = (await mutantsOf(dir, ['small.ts'])) as Mutant[];
    expect(after.map((m) => m.name)).toEqual(before.map((m) => m.name));
    expect(after.some((m) => before.some(({ key }) => key === m.key))).toBe(false);
  });
});

describe('a sample', () => {
  const items = Array.from({ length: 200 }, (_, i) => ({ name: `mutant ${i}` }));

  it('is the same for the same seed, and begins with the smaller one', () => {
    const drawn = sample(items, 50, 7);
    expect(new Set(drawn).size).toBe(50);
    expect(sample([...items].reverse(), 50, 7)).toEqual(drawn);
    expect(sample(items, 20, 7)).toEqual(drawn.slice(0, 20));
    expect(sample(items, 50, 8)).not.toEqual(drawn);
    expect(sample(items, 1_000, 7)).toHaveLength(200);
  });

  it('loses only what is gone', () => {
    const drawn = sample(items, 50, 7);
    const fewer = items.filter((item) => item !== drawn[3]);
    expect(sample(fewer, 49, 7)).toEqual(drawn.filter((item) => item !== drawn[3]));
  });
});

describe('mutants that change nothing', () => {
  it('are still there, each with its reason', async () => {
    const entries = readEquivalent();
    const mutants = await mutantsOf(root, [...new Set(entries.map(({ file }) => file))]);
    const { keys, problems } = matchEquivalent(entries, mutants, (file) =>
      readFileSync(path.join(root, file), 'utf8'),
    );
    expect(problems).toEqual([]);
    expect(keys.size).toBeGreaterThanOrEqual(entries.length);
  });

  it('are refused without a mutant, and without a reason', async () => {
    const mutants = await small();
    const [one] = mutants.filter((m) => m.original === 'a + b');
    const entry = {
      file: 'small.ts',
      line: 'const far = a + b > 3;',
      original: 'a + b',
      replacement: one?.replacement ?? '',
      reason: 'both are compared with three, says the test',
    };
    const match = (...entries: (typeof entry)[]) => matchEquivalent(entries, mutants, () => TEXT);
    expect(match(entry)).toEqual({ keys: new Set([one?.key]), problems: [] });
    expect(match({ ...entry, line: 'const far = a + b > 4;' }).problems[0]).toMatch(/no mutant/);
    expect(match({ ...entry, reason: 'so' }).problems[0]).toMatch(/has no reason/);
  });
});

describe('options', () => {
  it('have defaults, and name what they do not know', () => {
    expect(optionsOf([])).toMatchObject({ sample: 300, seed: 1, packages: SCOPE, least: 85 });
    expect(optionsOf(['--package', 'mm,core', '--full'])).toMatchObject({
      packages: ['mm', 'core'],
      most: Number.POSITIVE_INFINITY,
    });
    expect(optionsOf(['--help'])).toBeNull();
    expect(() => optionsOf(['--package', 'nm'])).toThrow('--package nm: expected core,');
    expect(() => optionsOf(['--sample', '0'])).toThrow('--sample 0: expected a whole number, 1 or more');
  });
});

describe('probes', () => {
  it('say which mutants were evaluated, and change nothing else', async () => {
    const mutants = await small();
    const { scripts, unprobed } = probedScripts(dir, mutants, (file) =>
      readFileSync(path.join(dir, file), 'utf8'),
    );
    expect([...unprobed]).toEqual([]);
    const [script] = Object.values(scripts);
    const marks = new Uint8Array(mutants.length);
    Object.assign(globalThis, { racewalkProbes: marks });
    const { both } = (await import(`data:text/javascript,${encodeURIComponent(script ?? '')}`)) as {
      both: (a: number, b: number) => boolean;
    };
    const reached = (a: number, b: number) => {
      marks.fill(0);
      const result = both(a, b);
      return { result, texts: new Set(mutants.filter((_, at) => marks[at] === 1).map((m) => m.original)) };
    };
    expect(reached(2, 2).result).toBe(true);
    expect(reached(2, 2).texts).toContain('b > 1');
    expect(reached(1, 2).result).toBe(false);
    expect(reached(1, 2).texts).toContain('a > 1');
    expect(reached(1, 2).texts).not.toContain('b > 1');
  });

  it('go around blocks from inside, and not into a chain that goes on behind them', async () => {
    const text = 'export function f(a?: string[]) {\n  if (a) {\n    return a?.at(0)?.length;\n  }\n}\n';
    writeFileSync(path.join(dir, 'chain.ts'), text);
    const mutants = (await mutantsOf(dir, ['chain.ts'])) as Mutant[];
    const { text: marked, unprobed } = probed(
      text,
      mutants.map((mutant, at) => ({ mutant, at })),
    );
    expect(compiled(dir, 'chain.ts', marked).errors).toBe(0);
    expect(unprobed.map((at) => mutants[at]?.original)).toContain('a?.at');
    expect(marked).toMatch(/if \(.*\{globalThis\.racewalkProbes\[\d+\] = 1;\n/);
  });
});

describe('who is asked about a mutant', () => {
  const judge = (kind: 'tests' | 'verdicts', name: string, ms: number, ...reached: number[]) => ({
    ...{ kind, name, ms, reached },
  });
  const judges = [
    judge('tests', 'packages/mm/test/far.test.ts', 9, 0),
    judge('tests', 'packages/mm/test/near.test.ts', 5, 0, 1),
    judge('tests', 'packages/toys/test/toy.test.ts', 1, 0),
    judge('verdicts', 'toy > laws > one', 7, 0),
    judge('verdicts', 'zap/one upstream toy', 4, 1),
    judge('verdicts', 'zap/two upstream toy', 2, 0),
  ];
  const ask = async (at: number, always: number[] = [], neighbours: string[] = []) => {
    const [mutant] = await small();
    const asked = judgesOf({ judges, always }, { ...mutant!, pkg: 'mm' }, at, neighbours);
    return [asked.own, asked.verdicts, asked.others].map((part) => part.map(({ name }) => name));
  };

  it('is what evaluates it, its own package first, then what is cheap, and some cells besides', async () => {
    expect(await ask(0)).toEqual([
      ['packages/mm/test/near.test.ts', 'packages/mm/test/far.test.ts'],
      ['zap/two upstream toy', 'toy > laws > one', 'zap/one upstream toy'],
      ['packages/toys/test/toy.test.ts'],
    ]);
    expect(await ask(2)).toEqual([[], [], []]);
  });

  it('is everybody where it is evaluated as the sources are loaded', async () => {
    expect((await ask(2, [2])).flat()).toHaveLength(judges.length);
  });

  it('begins with what noticed its neighbours', async () => {
    const [own, verdicts] = await ask(
      0,
      [],
      ['toy > laws > one: problem', 'packages/mm/test/far.test.ts :: t'],
    );
    expect(own?.[0]).toBe('packages/mm/test/far.test.ts');
    expect(verdicts?.[0]).toBe('toy > laws > one');
  });

  it('has test files of every package measured that has its own tests in it', () => {
    const files = testFiles(root, ['conformance']);
    expect(files).toContain('packages/mm/test/protect.test.ts');
    expect(files).toContain('packages/conformance/test/broken.test.ts');
    expect(testFiles(root, ['mm'])).not.toContain('packages/conformance/test/broken.test.ts');
    expect(files.some((file) => file.endsWith('/races.test.ts'))).toBe(false);
  });
});

it('the score counts what was noticed, by package, and has the rest beside it', () => {
  const { lines, score } = scoreLines([
    { pkg: 'mm', outcome: 'killed' },
    { pkg: 'mm', outcome: 'survived', part: true },
    { pkg: 'mm', outcome: 'survived' },
    { pkg: 'mm', outcome: 'counted' },
    { pkg: 'core', outcome: 'timeout' },
    { pkg: 'core', outcome: 'killed' },
    { pkg: 'core', outcome: 'survived', said: true },
    { pkg: 'core', outcome: 'killed', said: true },
    { pkg: 'core', outcome: 'refused' },
  ]);
  expect(score).toBe(50);
  expect(lines[1]).toMatch(/^core +1 +1 +0 +0 +100\.0 %$/);
  expect(lines[2]).toMatch(/^mm +1 +0 +1 +2 +25\.0 %$/);
  expect(lines[3]).toMatch(/^all +2 +1 +1 +2 +50\.0 %$/);
  expect(lines.slice(5)).toEqual([
    'with those that only a pinned number of executions notices: 66.7 %',
    'survivors that were not shown to all that evaluate them: 1',
    'in what is only said to people, beside the score: 1 of 2 noticed',
    'refused by the type checker, beside the score: 1 of 9',
  ]);
});

describe('what the type checker refuses', () => {
  const file = 'packages/core/src/near.ts';
  const text = readFileSync(path.join(root, file), 'utf8');
  const refusal = typeChecker(root, [file], () => text);
  const change = (original: string, replacement: string) => {
    const start = text.indexOf(original);
    return refusal({ ...mutantAt, file, original, start, end: start + original.length, replacement });
  };
  const mutantAt = { name: '', key: '', pkg: 'core', line: 1, mutator: '' };

  it('is told apart from what compiles, one after the other', () => {
    expect(change('best.candidate', '(1)')).toMatch(/^TS2322 /);
    expect(change('best.candidate', "('text')")).toBeUndefined();
    expect(change('best.candidate', 'best.candidat')).toMatch(/^TS2551 /);
  });

  it('is not what only its own rules for tidiness refuse', () => {
    const at = text.indexOf('{', text.indexOf('export function nearest('));
    const end = text.indexOf('\n}', at) + 2;
    expect(
      refusal({
        ...mutantAt,
        file,
        original: text.slice(at, end),
        start: at,
        end,
        replacement: '{ throw 1; }',
      }),
    ).toBeUndefined();
  });
});

it('what is only said to people is told by where it stands, and not the code of an error', () => {
  const text = `if (far > 1) throw new RacewalkError(two ? 'X' : 'Y', \`no \${three}\`, { expected: four ? 'e' : 'f' });
run({ text: \`\${five}\`, on: six, does: seven ? 1 : 2 });`;
  const said = (part: string) => {
    const start = text.indexOf(part);
    return isSaid(text, { start, end: start + part.length });
  };
  const people = ['three', "{ expected: four ? 'e' : 'f' }", "four ? 'e' : 'f'", 'five'];
  const machine = [
    "two ? 'X' : 'Y'",
    'far > 1',
    'six',
    'seven ? 1 : 2',
    text.slice(text.indexOf('{ text'), -2),
  ];
  expect([people, machine].map((parts) => parts.map(said))).toEqual([
    people.map(() => true),
    machine.map(() => false),
  ]);
});

describe('a mutant under test', () => {
  const file = 'packages/core/src/near.ts';
  const source = path.join(root, file);
  const given = path.join(dir, 'mutant.json');
  const env = { ...process.env, RACEWALK_MUTANT: given };

  it('is what the build does, and the tree is left alone', () => {
    const text = readFileSync(source, 'utf8').replace('best.candidate;', "'nonsense';");
    const { url, script, errors } = compiled(root, file, text);
    expect(errors).toBe(0);
    writeFileSync(given, JSON.stringify({ scripts: { [url]: script } }));
    const code = `import(${JSON.stringify(url)}).then(({ nearest }) => console.log(nearest('on', ['one'])))`;
    const args = ['--import', './tools/mutate/dist-hook.mjs', '-e', code];
    const run = (more: NodeJS.ProcessEnv) =>
      spawnSync(process.execPath, args, { cwd: root, env: more, encoding: 'utf8' }).stdout.trim();
    const { RACEWALK_MUTANT: _, ...plain } = env;
    expect([run(plain), run(env)]).toEqual(['one', 'nonsense']);
    expect(readFileSync(source, 'utf8')).toContain('best.candidate;');
  });
});
