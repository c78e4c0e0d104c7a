/** Somebody else's project: a plug-in of its own, under both test runners, in both languages, and at the prompt. */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '../..');
const FILES = path.join(import.meta.dirname, 'outside');

/** The environment without what Vitest and an outer `npm run` put there. */
const env = Object.fromEntries(
  Object.entries(process.env).filter(
    ([key]) => !/^(?:npm_|VITEST|NODE_|TEST$|DEV$|PROD$|MODE$|FORCE_COLOR$)/i.test(key),
  ),
);

interface Ran {
  readonly status: number | null;
  readonly text: string;
}

/**
 * @param project - a folder in which the packed packages are installed
 */
export function outsideTests(project: string): void {
  const node = (...args: string[]): Ran => {
    const options = { cwd: project, env: { ...env, NO_COLOR: '1' }, encoding: 'utf8' } as const;
    const { status, stdout, stderr } = spawnSync(process.execPath, args, options);
    return { status, text: stdout + stderr };
  };
  /** A tool of this repository: the test runner and the compiler are the other project's choice. */
  const tool = (name: string, ...args: string[]) => node(path.join(ROOT, 'node_modules/.bin', name), ...args);
  const racewalk = (...args: string[]) => node('node_modules/.bin/racewalk', ...args);
  const put = (from: string, to = from, change = (text: string) => text) => {
    fs.mkdirSync(path.dirname(path.join(project, to)), { recursive: true });
    fs.writeFileSync(path.join(project, to), change(fs.readFileSync(path.join(FILES, from), 'utf8')));
  };
  const passes = ({ status, text }: Ran) => {
    expect(status, text).toBe(0);
    return text;
  };

  describe('a plug-in in a project of its own, with the packed packages', () => {
    it('runs the suite under node:test, in plain JavaScript', () => {
      put('plain.js');
      put('with-node-test.js', 'node-test/plain.test.js', (text) => text.replace('./plain', '../plain'));
      const text = passes(node('--test', 'node-test/'));
      expect(Number(/^. tests (\d+)/m.exec(text)?.[1])).toBeGreaterThan(150);
      expect(text).toMatch(/^. fail 0$/m);
    });

    it('runs the suite under node:test, in TypeScript', () => {
      put('typed.ts');
      put('with-node-test.ts', 'typed.node.ts');
      const compiled = ['--outDir', 'compiled', '--target', 'es2022', '--module', 'nodenext', '--strict'];
      const types = ['--types', 'node', '--typeRoots', path.join(ROOT, 'node_modules/@types')];
      passes(tool('tsc', ...compiled, ...types, 'typed.node.ts'));
      expect(passes(node('--test', 'compiled/typed.node.js'))).toMatch(/^. fail 0$/m);
    });

    it('runs the suite under Vitest, in both languages', () => {
      put('plain.js', 'vitest/plain.js');
      put('typed.ts', 'vitest/typed.ts');
      put('with-vitest.js', 'vitest/plain.test.js');
      put('with-vitest.ts', 'vitest/typed.test.ts');
      fs.symlinkSync(path.join(ROOT, 'node_modules/vitest'), path.join(project, 'node_modules/vitest'));
      const text = passes(tool('vitest', 'run', '--root', project, '--dir', path.join(project, 'vitest')));
      expect(text).toMatch(/Test Files {2}2 passed \(2\)/);
    });

    it('is told the same of a fault under both runners and at the prompt', () => {
      const broken = (text: string) =>
        text.replace('...layoutValues(layout),', '...layoutValues(layout), pteMkclean: (pte) => pte,');
      put('plain.js', 'broken/plain.js', broken);
      put('with-node-test.js', 'broken/plain.node.js');
      put('with-vitest.js', 'broken/plain.test.js');
      const dir = path.join(project, 'broken');
      const runs = [
        node('--test', 'broken/plain.node.js'),
        tool('vitest', 'run', '--root', project, '--dir', dir),
        racewalk('laws', '--arch', './broken/plain.js'),
      ];
      for (const { status, text } of runs) {
        expect(status).toBe(1);
        const words = text.replace(/\s+/g, ' ');
        expect(words).toContain(
          'plain pteMkclean (pte_mkclean) does not do what it promises: "forgets stores',
        );
        expect(words).toMatch(/pteDirty\(after\) = true; it hangs on \w+ \(bit \d+\)/);
      }
      // Three runs of all laws and of two runners.
    }, 240_000);

    it('runs at the prompt, beside a built-in one', () => {
      put('plain.js', 'my-arch.js');
      const text = passes(
        racewalk('conformance', '--arch', './my-arch.js,x86-64', '--test', 'access-flags/*'),
      );
      expect(text).toMatch(/^a x86-64 +b plain$/m);
      expect(text).toMatch(/^\d+ cells: \d+ as expected, \d+ not applicable · /m);
    });

    it('runs at the prompt in TypeScript, where Node runs that', () => {
      put('typed.ts', 'my-arch.ts');
      const { status, text } = racewalk('list', 'archs', '--arch', './my-arch.ts');
      const runs = 'typescript' in process.features && process.features.typescript;
      expect([status, text]).toEqual(
        runs ? [0, expect.stringContaining('typed')] : [2, expect.stringContaining('RACEWALK_TYPESCRIPT')],
      );
    });

    it('fails everywhere if it is wrong: it claims hardware that records stores, and does not guard against it', () => {
      const wrong = (text: string) =>
        text
          .replace("['ipiFlush']", "['hwAccess', 'hwDirty', 'ipiFlush']")
          .replace(/(setsYoung|setsDirty): false/g, '$1: true');
      put('plain.js', 'wrong/plain.js', wrong);
      put('with-node-test.js', 'wrong/plain.test.js');
      const suite = node('--test', 'wrong/');
      expect([suite.status, suite.text]).toEqual([1, expect.stringContaining('RACEWALK_COUNTEREXAMPLE')]);
      const prompt = racewalk('conformance', '--arch', 'wrong/plain.js', '--test', 'access-flags/*');
      expect([prompt.status, prompt.text]).toEqual([1, expect.stringContaining('found violates DIRTY')]);
      expect(prompt.text).toContain('plain is not built in: replay with --arch wrong/plain.js');
    });
  });
}
