/** Options that documents name are options of the command, and the README of the command has all of them. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './run.js';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const COMMON = ['--version', '--ascii', '--help'];

const known = new Map<string, readonly string[]>();

/** Options of a command, for instance `queue explore`. */
async function optionsOf(command: string): Promise<readonly string[]> {
  const before = known.get(command);
  if (before !== undefined) return before;
  const { out } = await run(['complete', '--', ...command.split(' '), '-']);
  const options = out.split('\n').filter((one) => one.startsWith('--') && !COMMON.includes(one));
  known.set(command, options);
  return options;
}

/** Names of commands; of one that has commands of its own, with those. */
async function commands(of: readonly string[] = []): Promise<string[]> {
  const { out } = await run(['complete', '--', ...of, '']);
  const names = out.split('\n').filter((one) => /^[a-z]+$/.test(one));
  if (of.length > 0) return names.map((name) => [...of, name].join(' '));
  const groups = ['pte', 'c', 'queue'];
  const inner = await Promise.all(groups.map((name) => commands([name])));
  return [...names.filter((name) => name !== 'help' && !groups.includes(name)), ...inner.flat()]
    .filter((name) => !name.endsWith(' help'))
    .sort();
}

const optionsIn = (text: string): string[] => [...text.matchAll(/--[a-z][a-z0-9-]*/g)].map(([name]) => name);

/** Rows of the table in the README: options by command. */
function documented(): Map<string, string[]> {
  const text = readFileSync(path.join(ROOT, 'apps/cli/README.md'), 'utf8');
  const rows = new Map<string, string[]>();
  for (const line of text.split('\n')) {
    const cells = line.split(' | ');
    if (cells.length < 3 || !line.startsWith('| `')) continue;
    const [first = '', ...rest] = cells;
    const names = [...first.matchAll(/`([^`]+)`/g)].map(
      ([, span = '']) => /^[a-z ]+/.exec(span)?.[0].trim() ?? '',
    );
    const last = rest.at(-1) ?? '';
    const lists = last.split(';');
    for (const [i, name] of names.entries()) {
      const own = optionsIn(lists.length === names.length ? (lists[i] ?? '') : last);
      const like =
        /as `([a-z]+)`/.exec(last)?.[1] ?? (last.includes('without `queue`') ? name.slice(6) : null);
      rows.set(name, [...own, ...(like === null ? [] : (rows.get(like) ?? []))]);
    }
  }
  return rows;
}

describe('the table of commands', () => {
  const rows = documented();

  it('has every command', async () => {
    expect([...rows.keys()].sort()).toEqual(await commands());
  });

  it.each([...rows])('has the options of %s', async (name, options) => {
    // A queue has workers of its own, and sees no patch and no C.
    const inQueue = name.startsWith('queue ') ? await optionsOf(name) : null;
    const all = inQueue === null ? options : options.filter((one) => inQueue.includes(one));
    expect([...new Set(all)].sort()).toEqual([...(await optionsOf(name))].sort());
  });
});

/** Documents that people read. */
const documents = (): string[] =>
  execFileSync('git', ['ls-files', '*.md'], { cwd: ROOT, encoding: 'utf8' })
    .split('\n')
    .filter((file) => /^(?:[A-Z]+|docs\/(?!api\/).*|(?:packages|apps)\/[^/]+\/README)\.md$/.test(file));

describe('commands in documents', () => {
  it.each(documents())('%s', async (file) => {
    const text = readFileSync(path.join(ROOT, file), 'utf8').replaceAll('\\\n', ' ');
    const wrong: string[] = [];
    const all = await commands();
    for (const [line, words = ''] of text.matchAll(/racewalk ((?:[a-z]+ )?[a-z]+(?: [^`\n|;&]*)?)/g)) {
      const command = all.find((name) => `${words} `.startsWith(`${name} `));
      if (command === undefined) continue;
      const options = [...(await optionsOf(command)), ...COMMON];
      for (const name of optionsIn(words)) if (!options.includes(name)) wrong.push(`${name} in: ${line}`);
    }
    expect(wrong).toEqual([]);
  });
});
