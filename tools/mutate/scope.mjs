/** What is measured, and by which tests. */
import fs from 'node:fs';
import path from 'node:path';

/** Packages whose mutants are tried. */
export const SCOPE = [
  'core',
  'machine',
  'mm',
  'arch-arm64',
  'arch-loongarch64',
  'arch-riscv64',
  'arch-software-dirty',
  'arch-x86',
  'conformance',
];

/** Packages whose tests are asked, besides those of the packages measured. */
export const ASKED = ['toys', 'trace', 'wiring', 'litmus', 'feature-*'];

/** Of the command's tests, what runs races and reports in the same process. */
export const OF_CLI = [
  'truth-device',
  'truth-kinds',
  'truth-observers',
  'truth-sync',
  'truth-told',
  'truth-walker',
  'dropped-calls',
  'expected',
  'explain',
  'findings',
  'flush-forms',
  'forgotten',
  'late-dirty',
  'laws',
  'reports',
  'weak-reports',
].map((name) => `apps/cli/test/${name}.test.ts`);

/**
 * Test files that are left out: they run races and laws, which `verdicts.mjs` runs from the build, where the hot path
 * is not slowed down by a test runner; or one of them looks at the clock, so that a busy machine would kill mutants.
 */
const LEFT_OUT = [
  'test/conformance.test.ts',
  'test/races.test.ts',
  'conformance/test/literal-tlb.test.ts',
  'trace/test/printers.test.ts',
  'conformance/test/suite.test.ts',
  'conformance/test/broken.test.ts',
  'conformance/test/broken-plugins.test.ts',
];

/** Of the tools, what judges sources that only it uses. */
export const OF_TOOLS = ['tools/test/start-states.test.ts'];

/** Of those left out, the ones that judge the suite: a mutant of the package named has to pass them as well. */
const OWN_SLOW = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  conformance: [
    'packages/conformance/test/broken.test.ts',
    'packages/conformance/test/broken-plugins.test.ts',
    'packages/conformance/test/suite.test.ts',
  ],
  machine: [
    'packages/conformance/test/broken-plugins.test.ts',
    'packages/conformance/test/broken.test.ts',
    'packages/conformance/test/literal-tlb.test.ts',
  ],
});

/**
 * @param {string} root
 * @param {readonly string[]} packages that are measured
 * @returns {string[]} the test files that are asked, from the root
 */
export function testFiles(root, packages) {
  const all = fs.readdirSync(path.join(root, 'packages')).filter((pkg) => {
    const asked = ASKED.some((name) =>
      name.endsWith('*') ? pkg.startsWith(name.slice(0, -1)) : name === pkg,
    );
    return asked || SCOPE.includes(pkg);
  });
  const found = all.flatMap((pkg) => {
    const dir = path.join(root, 'packages', pkg, 'test');
    if (!fs.existsSync(dir)) return [];
    const files = fs.readdirSync(dir, { recursive: true, encoding: 'utf8' });
    return files.filter((file) => file.endsWith('.test.ts')).map((file) => `packages/${pkg}/test/${file}`);
  });
  const fast = found.filter((file) => !LEFT_OUT.some((name) => file.endsWith(`/${name}`)));
  return [
    ...new Set([...fast.sort(), ...OF_CLI, ...OF_TOOLS, ...packages.flatMap((pkg) => OWN_SLOW[pkg] ?? [])]),
  ];
}
