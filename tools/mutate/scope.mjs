/** What is measured, and by which tests. */

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
export const ASKED = ['toys', 'trace', 'wiring', 'feature-*'];

/** Plug-ins that a mutant of an architecture can reach; those of other packages reach all. */
export const ARCHS_OF = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
  'arch-arm64': ['arm64-contpte', 'arm64-contpte-sw'],
  'arch-loongarch64': ['loongarch64', 'loongarch64-ptw'],
  'arch-riscv64': ['riscv64', 'riscv64-svade'],
  'arch-software-dirty': ['sw-dirty', 'sw-access-dirty'],
  'arch-x86': ['x86-64', 'x86-pae', 'soft-dirty-x86-64'],
});

/**
 * Test files that are left out: they run races and laws, which `verdicts.mjs` runs from the build, where the hot path
 * is not slowed down by a test runner; or one of them looks at the clock, so that a busy machine would kill mutants.
 */
export const LEFT_OUT = [
  '**/conformance.test.ts',
  '**/races.test.ts',
  '**/literal-tlb.test.ts',
  '**/trace/test/printers.test.ts',
  '**/conformance/test/suite.test.ts',
  '**/conformance/test/broken.test.ts',
  '**/conformance/test/broken-plugins.test.ts',
];

/** Of those, the ones that judge the suite: a mutant of the package named has to pass them as well. */
export const OWN_SLOW = /** @type {Readonly<Record<string, readonly string[]>>} */ ({
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
