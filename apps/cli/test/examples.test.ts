/** Every example that `--help` prints runs. */
import { copyFileSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXAMPLES } from '../src/examples.js';
import { run } from './run.js';

const cwd = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
const from = (at: string): string => fileURLToPath(new URL(at, import.meta.url));
copyFileSync(from('../../../docs/examples/c/lost-dirty.c'), path.join(cwd, 'lost-dirty.c'));
const litmus = from('../../../packages/litmus/test/tests/arm');
const [file = ''] = readdirSync(litmus).filter((name) => name.endsWith('.litmus'));
copyFileSync(path.join(litmus, file), path.join(cwd, 'MP.litmus'));

/** The words of a line, as a shell has them. */
const words = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');

/** They wait for a server, or serve until they are interrupted; their options are checked all the same. */
const WAITS: Readonly<Record<string, readonly string[]>> = {
  serve: ['--page', 'nowhere'],
  queue: ['--redis', 'http://not-redis'],
  'queue conformance': ['--redis', 'http://not-redis'],
  'queue check': ['--redis', 'http://not-redis'],
  'queue explore': ['--redis', 'http://not-redis'],
  worker: ['--redis', 'http://not-redis'],
};

/** Caught mutants are expected; what Linux does wrong is not a failure of the command either. */
const GOOD = [0];

describe('--help', () => {
  it('has two examples for every command', async () => {
    const namesIn = (help: string) =>
      [
        ...(help.split('\nCommands:\n')[1]?.split('\n\n')[0] ?? '').matchAll(/^ {2}([a-z][a-z-]+)(?: |$)/gm),
      ].map(([, name = '']) => name);
    const commands: string[][] = [];
    const look = async (above: readonly string[]): Promise<void> => {
      const { out } = await run([...above, '--help']);
      for (const name of namesIn(out).filter((known) => known !== 'help')) {
        commands.push([...above, name]);
        await look([...above, name]);
      }
    };
    await look([]);
    expect(commands.length).toBeGreaterThan(20);
    for (const name of commands) {
      const help = await run([...name, '--help']);
      const lines = help.out.split('\nExamples:\n')[1]?.match(/^ {2}racewalk /gm) ?? [];
      expect(lines.length, `examples of ${name.join(' ')} in src/examples.ts`).toBeGreaterThan(1);
    }
  });

  it.each(Object.entries(EXAMPLES))('%s: the examples run', async (name, examples) => {
    for (const [, line] of examples) {
      const more = WAITS[name];
      const { code, err } = await run([...words(line), ...(more ?? [])], { cwd });
      if (more === undefined)
        expect([line, GOOD.includes(code), err]).toEqual([line, true, expect.any(String)]);
      // Refused for what was added, not for the example.
      else expect([line, err]).toEqual([line, expect.stringMatching(/nowhere|redis|no threads here/)]);
    }
  });
});
