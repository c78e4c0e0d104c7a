/** docs/benchmarks.md: what the benchmark counts, and what came out when it was last run. */
import { fileURLToPath } from 'node:url';
import { markdown, OWN_HEAD, ownLine, PEER_HEAD, peerLines } from './table.mjs';

/** @typedef {import('./report.mjs').Report} Report */

const docs = new URL('../../docs/', import.meta.url);
export const PAGE = fileURLToPath(new URL('benchmarks.md', docs));
export const JSON_FILE = fileURLToPath(new URL('benchmarks.json', docs));
export const CHART = fileURLToPath(new URL('benchmarks.svg', docs));

/** @param {Report} report */
export function page(report) {
  return `# Benchmarks

${BEFORE}
## Measured

${machine(report)}

![CPU seconds against size](benchmarks.svg)

${markdown(OWN_HEAD, report.entries.map(ownLine))}

${LEGEND}
## Next to Spin

${peers(report)}
${AFTER}`;
}

/** @param {Report} report */
function machine({ date, node, version, machine: { cpu, cores, memoryGiB, system, load } }) {
  return `${date.slice(0, 10)}, ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${system}, load ${load} when it began; Node ${node}, version ${version}.
All of it is in [benchmarks.json](benchmarks.json).`;
}

/** @param {Report} report */
function peers({ entries, peers: found }) {
  if (found === null) return 'Spin was not installed where this page was made.\n';
  const lines = found.entries.flatMap((entry) => peerLines(entry, entries));
  return `Spin ${found.spin}, gcc ${found.gcc}, in the same run.

${markdown(PEER_HEAD, lines)}

${PEER_LEGEND}`;
}

const BEFORE = `Made by \`npm run bench -- --write-docs\`; do not edit. \`npm run bench\` prints the same for the machine it runs on, and
\`npm run bench:peers\` next to Spin, if \`spin\` and \`gcc\` are installed (\`apt-get install spin gcc\`); \`--quick\` takes some
seconds, \`--long\` many minutes. Every run checks its counts against pinned ones (\`tools/bench/rows.mjs\`) and ends with an
error if one differs. Fewer is as suspicious as more: a search that loses executions is fast.

## The models

| model | what it is |
|---|---|
| T2(n,w) | one thread clears a block of n entries by exchanges; after each it hands access and dirty to the last entry still valid, by compare and exchange, and reads the block. w hardware walkers each pick an entry, read it, and set both bits by compare and exchange while it is valid. |
| T(n,w) | the same with one pass over the block at the end; what an entry had goes to a valid entry behind it; a walker reads an entry and then sets both bits in one step, unless the entry has become invalid. |
| F(k) | k threads each set a bit of their own in one word: read, then compare and exchange until it works. |

*Alike*: the walkers are declared interchangeable, so that of two schedules that are mirror images one is explored; GenMC has
16 564 for (16,2), too. The others are races of the suite on a larger block than it runs them with, or on TSO.

## What is counted

| checker | counts | one of them is |
|---|---|---|
| Racewalk, \`dpor\` | executions | a class of schedules that differ only in the order of steps that do not conflict (a Mazurkiewicz trace). Each is run once; *blocked* are runs given up as redundant, and there must be none. |
| Racewalk, \`stateful\` | states | memory, and of each thread its place and the variables that matter there. With persistent and sleep sets: not all there are, but enough. *executions* are then the different ends. |
| Spin | states, transitions | the same kind of state; stored once each. A transition is a step tried. *full*: all there are; *reduced*: with Spin's partial order reduction. Its models are written so that one transition is one access of shared memory, as here. |
| GenMC | executions | a graph: which write each read reads from, and the order of the writes to each word. Under sequential consistency that is the same thing as a class of schedules, one to one. |
| TLC | states | as Spin in full: *distinct* are stored, *generated* are transitions. |

So executions compare with GenMC, states with Spin and TLC, and only time compares across the two. GenMC and TLC are not run
here (they are not Debian packages). What they count is pinned all the same: T2 has 52, 168, 494, 3 572, 12 754, 33 096 and
324 472 executions at (8,1), (16,1), (4,2), (8,2), (12,2), (16,2) and (8,3), F has 1 536, 122 880 and 23 592 960 with 4, 5 and
6 threads; Spin and TLC find 44 500, 204 696, 618 220 and 1 060 917 states of T2 at (8,2), (12,2), (16,2) and (8,3). F(k) has
k! 2^(k(k-1)/2) executions. Elsewhere (2 cores of an AMD EPYC, 2026-11-20) GenMC 0.11.0, without instruction caching and race
detection, took 14 s of CPU time for T2(16,2) and 37 s for T2(8,3), TLC 7.9 s and 16 s.

A compare-and-exchange that fails is a read, in all of them. One that succeeds is a store even if it stores what was there.
That decides the number of T2(8,3), see [decision 9](decisions/0009-failed-exchanges-are-reads.md). An atomic step of more
than that, such as the walker's of T, stores only to words whose value it changes.
`;

const LEGEND = `CPU seconds are user and system time of one search, warm: repeated in one process until a second has passed. *Cold* is a
process of its own with everything in it, from the start of Node (about 0.1 s) to the end, and *peak MB* is its memory.
*bytes/state* is what is kept of a state.
`;

const PEER_LEGEND = `The last two columns are ratios of CPU time, Spin by Racewalk: all that Spin takes, with generating the verifier and
compiling it (\`gcc -O2 -DSAFETY\`), by all that Racewalk takes, with starting Node (*cold*). Above 1, Racewalk is faster.
*bytes/state* is a state as Spin keeps it, with its place in the hash table.
`;

const AFTER = `
## Ratios between versions

Processor time of whole commands with the version before, alternating, twice each; 28 November 2026, two shared cores at a load
of 8 to 10, so only the ratios mean anything. Counts were equal.

| what | before | after | ratio |
|---|--:|--:|--:|
| contpte/teardown-vs-two-walkers, arm64-contpte, block 8, dpor (661 598 executions, 7.3 M steps) | 11.6 s | 8.1 s | 1.4 |
| 143 cells of zap, reclaim and as-dirty on x86-64, one worker, before outcomes of bodies were kept | 4.4 s | 4.2 s | 1.04 |
| contpte/teardown-vs-two-walkers, arm64-contpte, block 8, dpor, the search alone (661 598 executions), before an access knew the store before it | 5.7 s | 4.4 s | 1.3 |

The first row is due to outcomes of atomic bodies that are kept ([decision 43](decisions/0043-outcomes-of-bodies.md)).

States of searches over states, without and with histories joined where calls end ([decision 48](decisions/0048-histories-join-where-calls-end.md)); the
same day and machine, processor seconds of the search or of the whole command:

| race | states before | after | ratio |
|---|--:|--:|--:|
| contpte/teardown-vs-walker, arm64-contpte, block 4 | 6 969 | 3 017 | 2.3 |
| the same, block 8 | 18 972 | 8 276 | 2.3 |
| contpte/teardown-vs-two-walkers, arm64-contpte, block 4 | 74 453 | 8 491 | 8.8 |
| contpte/partial-dontneed, arm64-contpte, block 4 | 14 087 | 1 611 | 8.7 |
| the same, block 8 | 137 131 (0.85 s) | 7 031 (0.09 s) | 20 |
| fork-batch/partial-ends, arm64-contpte, block 8 | 339 270 | 14 924 | 23 |
| fork-batch/stores-vs-copy, arm64-contpte, block 8 | 77 280 (2.14 s) | 7 941 (0.13 s) | 9.7 |
| as-dirty/clean-folded, arm64-contpte, block 4 | 63 801 (0.66 s) | 5 549 (0.06 s) | 11 |
| fork-batch/cow-two-threads, x86-pae | 6 689 | 2 918 | 2.3 |
| zap/pending-count, x86-64 | 77 721 (0.29 s) | 9 788 (0.04 s) | 7.9 |

At block 16 contpte/teardown-vs-two-walkers is decided in 7.7 s and 371 MB (1 280 259 states), fork-batch/partial-ends in 2.2 s and
165 MB (86 088), contpte/partial-dontneed in 1.1 s and 157 MB (43 084); before, the first took minutes and the others did not end.

Not reached: real races run at 1.3 M steps a second on that machine before the last row and at 1.7 M after it, not at 3 M;
the matrix takes more than half of its former processor time; the command prints a list in 0.3 s there, not in 0.15 s; on two of
the ten largest cells the estimate is off by more than 3 (as-dirty/two-callers-without-lock 0.1 of what there is,
contpte/move-aligned 0.27). The rows of *Measured* are older than these changes.

## What this does not show

- T and T2 are throughput anchors. The order in which the bits are handed on does not matter to what they check.
- Everything is sequentially consistent but the races on x86, which are TSO.
- One core. Spin, GenMC and Racewalk can all use more.
- Spin is given a hand translation, Racewalk runs the code of the model. A model in the usual style of Spin, with a
  transition per statement, has about 20 times as many states.
`;
