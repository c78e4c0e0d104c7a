/** Files of the user's: where they fail, and TypeScript where Node runs none. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { command } from './command.js';

// Inside the repository, where the packages and the compiler are found.
const here = mkdtempSync(fileURLToPath(new URL('../.own-', import.meta.url)));
const away = mkdtempSync(path.join(tmpdir(), 'racewalk-'));
afterAll(() => rmSync(here, { recursive: true }));

const write = (directory: string, name: string, text: string): string => {
  const file = path.join(directory, name);
  writeFileSync(file, text);
  return file;
};

const native = Boolean((process.features as { typescript?: unknown }).typescript);

describe('a file that cannot be loaded', () => {
  it('is shown at the place of its syntax error', async () => {
    const file = write(away, 'syntax.mjs', 'export const a = 1;\nexport const b = ;\n');
    const { code, err } = await command(['check', file]);
    expect(code).toBe(2);
    expect(err).toContain(`cannot load ${file}:2:18: SyntaxError: Unexpected token ';'`);
    expect(err).toContain('>    2 | export const b = ;\n       |                  ^\n');
  });

  it('is shown where it throws', async () => {
    const file = write(away, 'throws.mjs', 'const x = undefined;\nexport const y = x.foo;\n');
    const { code, err } = await command(['check', file]);
    expect(code).toBe(2);
    expect(err).toContain(`cannot load ${file}:2:20: TypeError`);
    expect(err).toContain('>    2 | export const y = x.foo;\n');
    expect(err).toContain('hint: the file must load as an ES module; its code failed at this place\n');
  });
});

describe('TypeScript', () => {
  it('runs with the compiler beside the file, enums and imports of other files included', async () => {
    write(
      here,
      'other.ts',
      "import { accessFlagRaces } from '@racewalk/feature-access-flags';\n" +
        'enum Kind { Own }\n' +
        // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the file that is written
        'export const mine: object = { ...accessFlagRaces[0], id: `mine/ts-${Kind.Own}` };\n',
    );
    const file = write(here, 'race.ts', "export { mine } from './other.js';\n");
    const { code, out, err } = await command(['check', file, '--arch', 'x86-64']);
    // Node itself runs no enum, and says so.
    if (native) expect([code, err]).toEqual([2, expect.stringContaining('RACEWALK_')]);
    else expect([code, out]).toEqual([0, expect.stringContaining('mine/ts-0')]);
  });

  it('says what to install where there is none', async () => {
    const { code, err } = await command(['check', write(away, 'alone.ts', 'export const a: number = 1;\n')]);
    expect(code).toBe(2);
    expect(err).toContain(native ? 'RACEWALK_NO_SCENARIO' : 'npm install --save-dev typescript');
  });
});
