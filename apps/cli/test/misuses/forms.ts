/** Mistakes in the form of a race, and of its file. */
import { type Misuse, other, REFUSED } from './kinds.js';

/** The form of a race, and of its file. */
export const FORMS: readonly Misuse[] = [
  other('setup throws', { setup: 'throw new Error("boom")' }, /Error: boom.*misuse-\d+\.mjs:\d+:\d+/s),
  other(
    'an invariant that is not listed breaks',
    { fields: 'finally: (w, s, v, f) => f.fail("MADEUP", "no such code"),' },
    /RACEWALK_UNLISTED_INVARIANT: bad\/misuse-\d+ \(.*misuse-\d+\.mjs:\d+.*\) fails with MADEUP/,
  ),
  other(
    'an invariant that nothing can break',
    { fields: 'invariants: ["COH", "PTUAF"],' },
    /RACEWALK_IDLE_INVARIANT: .*lists PTUAF/,
  ),
  other('an invariant that does not exist', { fields: 'invariants: ["COHERENCE"],' }, /COHERENCE/),
  other('a race without agents', { fields: 'agents: {},' }, /RACEWALK_BAD_SCENARIO: .*no agents/, REFUSED),
  other('a race without mutants', { fields: 'mutants: {},' }, /RACEWALK_BAD_SCENARIO: .*no mutant/, REFUSED),
  other(
    'a mutant that changes nothing',
    { fields: 'mutants: { none: { what: "w", breaks: "COH", why: "w" } },' },
    /RACEWALK_BAD_SCENARIO: mutant none changes nothing|RACEWALK_BAD_SCENARIO: .*changes nothing/,
    REFUSED,
  ),
  other(
    'a mutant of an agent that is not there',
    {
      fields:
        'mutants: { typo: { what: "w", breaks: "COH", why: "w", agents: { onee: { cpu: 0, role: "kernel", *run() {} } } } },',
    },
    /RACEWALK_BAD_SCENARIO: .*replaces unknown agent onee/,
    REFUSED,
  ),
  other(
    'a field that there is not',
    { fields: 'invariant: ["COH"],' },
    /RACEWALK_BAD_SCENARIO: .*no field is called invariant/,
    REFUSED,
  ),
  other(
    'sizes that are no list',
    { fields: 'sizes: { n: 2 },' },
    /RACEWALK_BAD_SCENARIO: .*sizes is no list/,
    REFUSED,
  ),
  other(
    'invariants that are a text',
    { fields: 'invariants: "COH",' },
    /RACEWALK_BAD_SCENARIO: .*invariants is no list/,
    REFUSED,
  ),
  other(
    'a mutant that breaks what does not exist',
    { fields: 'mutants: { p: { what: "w", breaks: "DIRTYY", why: "w", params: { n: 1 } } },' },
    /RACEWALK_BAD_SCENARIO: .*mutant p breaks DIRTYY/,
    REFUSED,
  ),
  other(
    'finally takes steps',
    { fields: 'finally: function* (w, s) { yield* read(s.x); },' },
    /RACEWALK_BAD_SCENARIO: .*finally is a generator/,
    REFUSED,
  ),
  other(
    'an async setup',
    { fields: 'setup: async (w) => ({ x: w.word("x") }),' },
    /RACEWALK_BAD_SCENARIO: .*setup is an async function/,
    REFUSED,
  ),
  other(
    'a CPU that is a text',
    { agents: `one: { cpu: '0', role: 'kernel', *run(m, s) { yield* write(s.x, 1); } },` },
    /RACEWALK_BAD_SCENARIO: .*cpu of one is "0"/,
    REFUSED,
  ),
  other(
    'a CPU below the first',
    { agents: `one: { cpu: -1, role: 'kernel', *run(m, s) { yield* write(s.x, 1); } },` },
    /RACEWALK_BAD_SCENARIO: .*cpu of one is -1/,
    REFUSED,
  ),
  other(
    'a misspelt role',
    { agents: `one: { cpu: 0, role: 'kernal', *run(m, s) { yield* write(s.x, 1); } },` },
    /RACEWALK_BAD_SCENARIO: .*role of one is kernal/,
    REFUSED,
  ),
  other('a bad name', { fields: 'id: "Bad Name",' }, /RACEWALK_BAD_SCENARIO: .*bad id/, REFUSED),
  {
    what: 'a mutant that is not caught',
    file: {},
    exit: 1,
    says: /expected violates:COH, found holds/,
    variant: 'mutant:none',
  },
  {
    what: 'a mutant of a function that is not there',
    file: { fields: 'mutants: { typo: { what: "w", breaks: "COH", why: "w", patch: { *ptepGett() {} } } },' },
    exit: 1,
    says: /ptepGett/,
    variant: 'mutant:typo',
  },
  other(
    'two races of one name',
    {
      text: `${''}import { accessFlagRaces as all } from '@racewalk/feature-access-flags';\nexport const a = all[0];\nexport const b = { ...all[0] };\n`,
    },
    /RACEWALK_DUPLICATE: /,
    REFUSED,
  ),
  other('a file without a race', { text: 'export const nothing = 1;\n' }, /RACEWALK_NO_SCENARIO: /, REFUSED),
  {
    ...other(
      'a file that is no JavaScript',
      { text: 'export const a = ;\n' },
      /RACEWALK_FILE: cannot load .*SyntaxError/,
      REFUSED,
    ),
    thread: true,
  },
  other(
    'a file that throws',
    { text: 'null.x;\nexport const a = 1;\n' },
    /RACEWALK_FILE: cannot load .*TypeError/,
    REFUSED,
  ),
  {
    ...other(
      'a file that imports what is not there',
      { text: "import { nothing } from '@racewalk/core';\nexport { nothing };\n" },
      /RACEWALK_FILE: cannot load .*nothing/,
      REFUSED,
    ),
    thread: true,
  },
];
