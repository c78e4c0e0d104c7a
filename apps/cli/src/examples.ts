/** Two examples for every command, as `--help` prints them; a test runs each. */
import type { Command } from 'commander';

const RACE = 'access-flags/set-vs-walker';

/** What an example shows, and the command line without `racewalk`. */
export type Example = readonly [what: string, line: string];

/** By command, in an order in which files of earlier examples are there for later ones. */
export const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  conformance: [
    ['one family on two architectures', "conformance --test 'access-flags/*' --arch x86-64,arm64-contpte"],
    [
      'half of the work, for merge',
      `conformance --test ${RACE} --shard 1/2 --reporter json --output part1.json`,
    ],
    ['the other half', `conformance --test ${RACE} --shard 2/2 --reporter json --output part2.json`],
  ],
  merge: [
    ['the whole run', 'merge part1.json part2.json'],
    ['as Markdown', 'merge part1.json part2.json --reporter markdown --output sum.md'],
  ],
  explore: [
    ['a race that holds', `explore ${RACE} --arch x86-64`],
    ['a mutant, over states', `explore ${RACE} --arch x86-64 --variant plain-store --strategy stateful`],
  ],
  explain: [
    ['for a commit message', `explain ${RACE} --arch arm64-contpte --variant plain-store --format lkml`],
    ['a race in C', 'explain lost-dirty.c --variant read-then-clear'],
    ['to a file', `explain ${RACE} --arch x86-64 --variant plain-store --format json --output trace.json`],
  ],
  replay: [
    ['the token in a file, or a token itself', 'replay trace.json'],
    ['with every step', 'replay trace.json --all --sources'],
  ],
  shrink: [
    ['fewer preemptions, fewer steps', 'shrink trace.json'],
    ['within two seconds', 'shrink trace.json --budget 2s'],
  ],
  check: [
    ['a race in C', 'check lost-dirty.c'],
    ['with the counterexamples of what is caught', 'check lost-dirty.c --arch x86-64 --explain'],
  ],
  init: [
    ['in C, as litmus tests are written', 'init my-race'],
    ['in JavaScript', 'init my-other-race --js'],
  ],
  c: [
    ['names that C may use', "c names 'ptep_*'"],
    ['a race as TypeScript', 'c lower lost-dirty.c'],
  ],
  'c names': [
    ['one name', 'c names ptep_get_and_clear'],
    ['everything about TLBs', "c names '*tlb*'"],
  ],
  'c lower': [
    ['a race as TypeScript', 'c lower lost-dirty.c'],
    ['to a file', 'c lower lost-dirty.c --output lost-dirty.txt'],
  ],
  laws: [
    ['one architecture', 'laws --arch x86-64 --runs 10'],
    ['two, with random cases of another seed', 'laws --arch sw-dirty,arm64-contpte --runs 10 --seed 7'],
  ],
  findings: [
    ['one family', "findings --test 'contpte/lockless*' --arch arm64-contpte"],
    [
      'one release, for a page',
      "findings --test 'contpte/teardown-markers' --release 6.12 --format markdown",
    ],
  ],
  list: [
    ['the mutants of a race', 'list variants --test contpte/teardown-vs-walker'],
    ['what an architecture does not model', 'list omits --arch x86-64'],
  ],
  estimate: [
    ['on every architecture', `estimate ${RACE}`],
    ['one mutant', `estimate ${RACE} --arch x86-64 --variant plain-store`],
  ],
  pte: [
    ['an entry, bit by bit', 'pte decode 0x8000000000040067 --arch x86-64'],
    ['an entry to order', 'pte encode --arch arm64-contpte --pfn 0x40 --write --dirty'],
  ],
  'pte decode': [
    ['an entry of x86', 'pte decode 0x8000000000040067 --arch x86-64'],
    ['a swap entry of arm64', 'pte decode 0x4104 --arch arm64-contpte'],
  ],
  'pte encode': [
    ['written to, and read-only afterwards', 'pte encode --arch x86-64 --dirty --read-only'],
    ['a swap entry', 'pte encode --arch riscv64 --swap 1:0x20'],
  ],
  litmus: [
    ['as herd7 runs it', 'litmus MP.litmus'],
    ['with sequential consistency', 'litmus MP.litmus --memory sc'],
  ],
  serve: [
    ['at http://127.0.0.1:4180', 'serve'],
    ['at a free port', 'serve --port 0'],
  ],
  completion: [
    ['for bash, in ~/.bashrc: eval "$(racewalk completion bash)"', 'completion bash'],
    ['for fish, in its configuration: racewalk completion fish | source', 'completion fish'],
  ],
  queue: [
    ['the matrix', "queue conformance --redis redis://127.0.0.1:6379 --test 'mremap/*'"],
    ['one race', `queue explore ${RACE} --arch x86-64 --redis redis://127.0.0.1:6379`],
  ],
  'queue conformance': [
    ['one family', "queue conformance --redis redis://127.0.0.1:6379 --test 'mremap/*'"],
    ['a report', 'queue conformance --redis redis://127.0.0.1:6379 --reporter json --output report.json'],
  ],
  'queue check': [
    ['races of your own', 'queue check lost-dirty.c --redis redis://127.0.0.1:6379'],
    ['on one architecture', 'queue check lost-dirty.c --arch x86-64 --redis redis://127.0.0.1:6379'],
  ],
  'queue explore': [
    ['one race', `queue explore ${RACE} --arch x86-64 --redis redis://127.0.0.1:6379`],
    [
      'resumed after a crash',
      `queue explore ${RACE} --arch x86-64 --redis redis://127.0.0.1:6379 --checkpoint search.json`,
    ],
  ],
  worker: [
    ['two threads', 'worker --redis redis://127.0.0.1:6379 --concurrency 2'],
    ['until there is nothing to do', 'worker --redis redis://127.0.0.1:6379 --idle 30s'],
  ],
};

/** Add the examples to the help of their commands. */
export function addExamples(program: Command, lead = ''): void {
  for (const command of program.commands) {
    const name = `${lead}${command.name()}`;
    addExamples(command, `${name} `);
    const examples = EXAMPLES[name];
    if (examples === undefined) continue;
    const lines = examples.flatMap(([what, line]) => [`  # ${what}`, `  racewalk ${line}`]);
    command.addHelpText('after', `\nExamples:\n${lines.join('\n')}\n`);
  }
}
