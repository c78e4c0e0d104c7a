import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkHouse } from '../boundaries/check.mjs';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** A copy of what the check reads of this repository, with `planted` on top, until the test is over. */
function copyWith(planted: Readonly<Record<string, string>>): string {
  const root = fs.mkdtempSync(path.join(os.tmpdir(), 'racewalk-planted-'));
  onTestFinished(() => fs.rmSync(root, { recursive: true }));
  const listed = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  const read = /\.(?:[cm]?ts|tsx|[cm]?js|svelte|md)$|(?:^|\/)(?:package|tsconfig)\.json$/;
  const files = listed.split('\0').filter((file) => read.test(file) && fs.existsSync(path.join(ROOT, file)));
  for (const file of files) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    fs.copyFileSync(path.join(ROOT, file), path.join(root, file));
  }
  for (const [file, text] of Object.entries(planted)) fs.writeFileSync(path.join(root, file), text);
  return root;
}

/** Faults, each in a file of its own, and the rule that must find it. */
const PLANTED: readonly (readonly [file: string, text: string, rule: string])[] = [
  [
    'packages/kernel-c/src/planted-double.ts',
    '/** @kernel zap_pte_range */\nexport const again = () => 1;\n',
    'double',
  ],
  [
    'packages/catalogue/src/races/planted-home.ts',
    '/** @kernel shrink_slab */\nexport const agent = { *run() {} };\n',
    'home',
  ],
  [
    'packages/mm/src/planted-one.ts',
    "export type { B } from './planted-two.js';\nexport type A = 1;\n",
    'circle',
  ],
  ['packages/mm/src/planted-two.ts', "import type { A } from './planted-one.js';\nexport type B = A;\n", ''],
  [
    'packages/machine/src/cpu/planted-up.ts',
    "import { linux } from '@racewalk/mm';\nexport const up = linux;\n",
    'stairs',
  ],
  ['packages/core/src/pte/planted-type.ts', "export type W = import('@racewalk/machine').World;\n", 'stairs'],
  [
    'packages/core/src/pte/planted-shelf.ts',
    "import type { ArchSpec } from '../arch/plugin.js';\nexport type S = ArchSpec;\n",
    'shelf',
  ],
  ['packages/mm/src/planted-quote.ts', '/** See `nobodySpellsThis`. */\nexport const quote = 1;\n', 'quote'],
  [
    'packages/feature-zap/src/agents/planted-said.ts',
    'export interface Plan {\n  /** For mutants. */\n  late?: boolean;\n}\n',
    'scaffolding',
  ],
  [
    'packages/feature-zap/src/agents/planted-named.ts',
    'export interface Named {\n  kvmFlush?: boolean;\n}\n',
    'scaffolding',
  ],
  [
    'packages/feature-zap/src/agents/planted-switch.ts',
    'const agent = (late: boolean) => ({ late });\nexport const race = {\n  agents: agent(false),\n' +
      "  mutants: { 'planted-switch': { agents: agent(true) } },\n};\n",
    'scaffolding',
  ],
];

describe('the checks of this repository', () => {
  it('find each fault that is planted in a copy of it, and nothing else', { timeout: 120_000 }, () => {
    const root = copyWith(Object.fromEntries(PLANTED.map(([file, text]) => [file, text])));
    const found = checkHouse(root).violations.map(({ file, rule }) => `${file} ${rule}`);
    const wanted = PLANTED.filter(([, , rule]) => rule !== '').map(([file, , rule]) => `${file} ${rule}`);
    expect(found.sort()).toEqual(wanted.sort());
  });
});
