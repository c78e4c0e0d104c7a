import { causedBy } from './info.js';

/** Mistakes on the command line. */
export const USER = causedBy('the user of the command', {
  RACEWALK_FILE: [
    'A file cannot be read, written or loaded as a module.',
    'Check the path; the message says what the system answered.',
  ],
  RACEWALK_INTERRUPTED: [
    'The run was stopped before its end.',
    'Run the same command again; with `--checkpoint FILE` it continues where it stopped.',
  ],
  RACEWALK_NOT_APPLICABLE: [
    'The race does not apply to the architecture.',
    'See which cells run: `racewalk conformance --test TEST --all`.',
  ],
  RACEWALK_NOTHING_BROKEN: [
    'A schedule that should be made shorter breaks nothing.',
    'Only counterexamples can be shrunk.',
  ],
  RACEWALK_NOTHING_TO_RUN: [
    'The options leave no cell to run.',
    'Use fewer shards, or a wider `--test`, `--arch` or `--variant`.',
  ],
  RACEWALK_TYPESCRIPT: [
    'This Node cannot run the TypeScript module.',
    'Install `typescript` beside the file, compile it to JavaScript, or use Node 22.18 or newer.',
  ],
  RACEWALK_UNKNOWN_ARCH: ['No architecture has this name.', 'See `racewalk list archs`.'],
  RACEWALK_UNKNOWN_TEST: ['No race test has this name.', 'See `racewalk list tests`.'],
  RACEWALK_UNKNOWN_VARIANT: ['The race test has no such variant.', 'See `racewalk list variants`.'],
  RACEWALK_UNSUPPORTED: [
    'What is asked for exists, but not here or not yet.',
    'The hint says what can be used instead.',
  ],
  RACEWALK_USAGE: ['The command line is wrong.', 'See `racewalk help`.'],
});

/** Files and tokens that are not what they should be. */
export const FILES = causedBy('the author of the file or the token', {
  RACEWALK_BAD_CHECKPOINT: [
    'A checkpoint file is damaged, of another version, or of another run.',
    'Remove it to start anew, or run the command it was made with.',
  ],
  RACEWALK_BAD_REPORT: [
    'A file is not a conformance report.',
    'Make one with `racewalk conformance --reporter json --output FILE`.',
  ],
  RACEWALK_BAD_TRACE: [
    'A file is not a trace, or contradicts itself.',
    'Record it again: `racewalk explain TEST --format json`.',
  ],
  RACEWALK_TRACE_VERSION: [
    'A trace file is of another version.',
    'Record it again with this version: `racewalk explain TEST --format json`.',
  ],
  RACEWALK_MERGE: [
    'Reports cannot be added up: two have the same cell, or they are parts of different runs.',
    'Merge the parts of one run, each made with its own `--shard i/n`.',
  ],
  RACEWALK_NO_TOKEN: [
    'A trace has no token.',
    'Record one that has: `racewalk explain TEST --format json --output FILE`.',
  ],
  RACEWALK_TOKEN_CHECKSUM: ['A token is damaged.', 'Copy the whole token again.'],
  RACEWALK_TOKEN_INPUT: [
    'A schedule has something that a token cannot hold.',
    'Store a trace file instead of a token.',
  ],
  RACEWALK_TOKEN_STALE: [
    'The code has changed since the token was made; the message names the first step that differs.',
    'Make a new token: `racewalk explain TEST --arch ARCH --variant VARIANT`.',
  ],
  RACEWALK_TOKEN_SYNTAX: ['A text is not a token.', 'Copy the whole token, from `rw1:` on.'],
  RACEWALK_TOKEN_TEXT: [
    'A token is of a race that was read from another text, or in another way.',
    'Give the file as it was when the token was made, with the same `--config` and `--plain`, or make a new token: `racewalk explain FILE`.',
  ],
  RACEWALK_TOKEN_VERSION: [
    'A token is intact, but of another version.',
    'Use the version of Racewalk that printed it, or record the schedule again.',
  ],
});
