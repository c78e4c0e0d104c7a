import { causedBy } from './info.js';

/** Mistakes in an architecture plug-in. */
export const PLUGIN_AUTHOR = causedBy('the author of a plug-in', {
  RACEWALK_BAD_LAYOUT: [
    'A layout lacks a bit, uses one twice, or does not describe it.',
    'The message names the bit; correct the layout by the table of the manual.',
  ],
  RACEWALK_BAD_OVERRIDE: [
    'An override is not an operation, or is not a generator function.',
    'Take the name and the signature from `PteOps`, and write `*name() {}`.',
  ],
  RACEWALK_BAD_PLUGIN: [
    'A plug-in contradicts itself, or a part of it is missing or of the wrong kind.',
    'The message names the part; `docs/adding-an-arch.md` shows a whole plug-in.',
  ],
  RACEWALK_DUPLICATE_ARCH: [
    'A plug-in from a file has the id of another one.',
    'Give the plug-in another id.',
  ],
  RACEWALK_LAW: [
    'An operation or a helper of a plug-in breaks a law of the contract.',
    'The message has the smallest counterexample, bit by bit; `docs/contract.md` has the law.',
  ],
  RACEWALK_NO_PLUGIN: [
    'A module exports no plug-in.',
    'Export what `defineArch()` of `@racewalk/core` returns: as default, by name, or in a list.',
  ],
  RACEWALK_RANGE: [
    'A number does not fit into the bits, or is not a size, that it is meant for.',
    'The message says which numbers fit.',
  ],
  RACEWALK_TWO_CORES: [
    'A module uses another copy of `@racewalk/core` than the command.',
    'Run the command that is installed beside the module: `npx racewalk`.',
  ],
});

/** A race or a law with an unexpected result. */
export const FINDINGS = causedBy('the protocol under test', {
  RACEWALK_COUNTEREXAMPLE: [
    'A schedule breaks an invariant, and that was not expected.',
    'Read the columns, then run `racewalk replay TOKEN`; the token is in the hint.',
  ],
  RACEWALK_UNEXPECTED: [
    'A cell came to another verdict than the expected one, for instance a mutant that is not caught.',
    'The message says what was expected, and why.',
  ],
});
