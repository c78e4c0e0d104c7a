/** Races of docs/examples/ts come to what they say, and a link to their counterexample holds them. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { firstRace } from '../src/init/templates.js';
import { run } from './run.js';

const folder = fileURLToPath(new URL('../../../docs/examples/ts', import.meta.url));
const files = readdirSync(folder).filter((file) => file.endsWith('.ts'));

it('the first is what racewalk init writes', () =>
  expect(readFileSync(path.join(folder, 'lost-dirty.ts'), 'utf8')).toBe(firstRace('lost-dirty', 'ts').text));

describe.each(files)('%s', (name) => {
  const file = path.join(folder, name);

  it('is as expected on every architecture', { timeout: 60_000 }, async () => {
    const { code, out } = await run(['check', file, '--workers', '1']);
    expect([code, out]).toEqual([0, expect.stringMatching(/(\d+) cells: \1 as expected/)]);
    expect(out).toContain('✗');
  });

  it('is in the link to its counterexample', { timeout: 60_000 }, async () => {
    const line = ['explain', file, '--arch', 'x86-64', '--variant', 'read-then-clear', '--format', 'link'];
    const { code, out } = await run(line);
    expect(code).toBe(0);
    const [view = '', query = ''] = out.trim().split('#/')[1]?.split('?') ?? [];
    expect(view).toBe('race/x86-64/mutant%3Aread-then-clear');
    const search = new URLSearchParams(query);
    expect(search.get('file')).toBe(name);
    const text = inflateRawSync(Buffer.from(search.get('c') ?? '', 'base64url')).toString('utf8');
    expect(text).toBe(readFileSync(file, 'utf8'));
  });
});
