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

describe('names that are not where a file imports them from', () => {
  it('are all listed, with the place of the first and where they are today', async () => {
    const text =
      "import { addrOf } from '@racewalk/core';\n" +
      "import { ptepOf, UserCpu,\n  atomic, folioPut, freePag } from '@racewalk/core';\n" +
      'export const x = [addrOf, ptepOf, UserCpu, atomic, folioPut, freePag];\n';
    const { code, err } = await command(['check', write(here, 'moved.mjs', text)]);
    expect(code).toBe(2);
    expect(err).toContain(
      'moved.mjs:2:18: @racewalk/core does not export UserCpu, atomic, folioPut, freePag\n',
    );
    expect(err).toContain(
      "import { UserCpu } from '@racewalk/machine'; import { atomic } from '@racewalk/core/step'",
    );
    expect(err).toContain('call folioPut as yield* m.k.folioPut(…), without m as its first argument');
    expect(err).toContain('no package exports freePag (did you mean freePage of @racewalk/mm?)');
    expect(err).toContain('>    2 | import { ptepOf, UserCpu,\n       |                  ^\n');
  });

  it('are found in a module of the file, too', async () => {
    const lib = write(here, 'lib.mjs', "export { SvaDevice as device } from '@racewalk/core';\n");
    const file = write(
      here,
      'uses-lib.mjs',
      "import { device } from './lib.mjs';\nexport const x = device;\n",
    );
    const { code, err } = await command(['check', file]);
    expect(code).toBe(2);
    expect(err).toContain(`cannot load ${lib}:1:10: @racewalk/core does not export SvaDevice\n`);
    expect(err).toContain("hint: import { SvaDevice } from '@racewalk/machine'\n");
  });

  it('and so is a file inside a package that has moved', async () => {
    const file = write(here, 'inside.mjs', "import './no/such/file.js';\nexport const x = 1;\n");
    const { code, err } = await command(['check', file]);
    expect(code).toBe(2);
    expect(err).toContain(
      `cannot load ${file}: it imports ${path.join(here, 'no/such/file.js')}, and there is no such file`,
    );
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
