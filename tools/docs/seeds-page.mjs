/** docs/seeds.md, made from the claims of the feature packages. `npm run docs:seeds` rewrites it (after a build). */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('@racewalk/machine').ThreadClaim} ThreadClaim */
/** @typedef {{ test: string, arch: string, variant: string, expected: string }} Cell */

export const PAGE = fileURLToPath(new URL('../../docs/seeds.md', import.meta.url));
const EXECUTIONS = fileURLToPath(new URL('../../apps/cli/test/golden/executions.txt', import.meta.url));
const PACKAGES = fileURLToPath(new URL('../../packages/', import.meta.url));

const THREADS = {
  '000': 'Process teardown of contiguous PTEs: `ptep_get_and_clear_full()`, November 2023',
  '001': 'Write-protect and clean utilities for address space ranges: `as_dirty_helpers`, June 2019',
  '002': 'Device exclusive memory access, May 2021',
  '003': '`ptep_get_lockless()` and TLB flushes of MADV_DONTNEED, October 2022',
  '004': 'Transparent contiguous PTEs for user mappings, November 2023',
};

/**
 * The patches as they were posted, saved as \`mail\` and run as C. Measured by hand, because the texts are not here: they are the
 * kernel's.
 */
const POSTED = `## The patches as posted, run as C

Whoever saves a mail of these threads as \`mail\` can run it. Linux 6.12.117 lies in \`linux\`. Our own texts of the same shapes are run
by the tests.

| mail | command | what runs | verdict |
|---|---|---|---|
| Ryan Roberts, 28 November 2023: \`ptep_get_and_clear_full()\` for contiguous blocks | \`racewalk check --patch mail --tree linux --test 'contpte/lockless-vs-half-cleared'\` | the diff, whose white space is lost, fits 6.12 at other lines; one hunk that only declares does not. 24 operations of the three files it changes, before and after | ✓ before; ✗ LIVE after, on arm64-contpte and arm64-contpte-sw. The comment of the patch speaks of \`ptep_get_lockless()\`, its diff does not change it: that reader waits for a whole block, and for ever if it interrupts the CPU that clears one |
| the same | \`… --test 'contpte/teardown-vs-walker,contpte/teardown-keeps-young,contpte/teardown-markers,contpte/get-vs-half-cleared,contpte/unfold-vs-walker,contpte/teardown-stale-sibling'\` | the same | ✓ before and after, in all 12 cells |
| Thomas Hellstrom, June 2019: \`as_dirty_helpers.c\`, version 4 | \`racewalk check --patch mail --executions 20000\` | the file that it adds, whole, without a tree: \`apply_as_wrprotect()\` and \`apply_as_clean()\` in all races that call them, on nine plug-ins | ✓ in 74 cells, as Racewalk's own; 7 cells were bounded. 63 cells are not compared: these races replace functions of the file themselves. Among these \`as-dirty/nonpresent-entries\` is ✗ ENC, as its race says of the code as posted |
| Peter Xu, May 2021, on device-exclusive entries, version 8: the patch is quoted with answers in between | \`racewalk check --patch mail --executions 20000\` | \`restore_exclusive_pte()\`, the function that the quotation has whole; of three others it has a part | ✓ in 216 cells, as Racewalk's own |
`;

/** Names of the feature packages that export claims. */
export function claimPackages() {
  return readdirSync(PACKAGES)
    .filter((name) => name.startsWith('feature-') && existsSync(`${PACKAGES}${name}/src/claims.ts`))
    .sort();
}

/**
 * Every claim exported by a module of a feature package.
 * @param {Record<string, unknown>} module
 * @returns {ThreadClaim[]}
 */
export function claimsIn(module) {
  return Object.entries(module).flatMap(([name, value]) =>
    /claims$/i.test(name) ? /** @type {ThreadClaim[]} */ (value) : [],
  );
}

/**
 * How many executions stand behind each verdict that holds, by `test variant arch`: what the last full run of the
 * matrix pinned. A test compares the file with a run.
 * @returns {ReadonlyMap<string, number>}
 */
export function pinnedExecutions() {
  const lines = readFileSync(EXECUTIONS, 'utf8').split('\n');
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => [line.replace(/ \d+$/, ''), Number(line.split(' ').at(-1))]),
  );
}

/** @param {number} n */
const grouped = (n) => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');

/**
 * The least and the most executions of these cells.
 * @param {readonly (number | undefined)[]} counts
 */
function rangeOf(counts) {
  const known = counts.filter((n) => n !== undefined);
  if (known.length === 0) return '';
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return ` (${least === most ? grouped(most) : `${grouped(least)} to ${grouped(most)}`})`;
}

/** @param {string} text */
const cell = (text) => text.replaceAll('|', '\\|');

/**
 * The verdicts of one race or mutant, architectures with the same verdict together; of those that hold, how many
 * executions were explored.
 * @param {string} reference
 * @param {readonly Cell[]} cells
 * @param {ReadonlyMap<string, number>} executions
 */
function verdicts(reference, cells, executions) {
  const [test, variant = 'upstream'] = reference.split('#');
  /** @type {Map<string, string[]>} */
  const byVerdict = new Map();
  for (const c of cells) {
    if (c.test !== test || c.variant !== variant) continue;
    byVerdict.set(c.expected, [...(byVerdict.get(c.expected) ?? []), c.arch]);
  }
  if (byVerdict.size === 0) throw new Error(`a claim names ${reference}, which does not exist`);
  const most = Math.max(...[...byVerdict.values()].map((archs) => archs.length));
  const texts = [...byVerdict]
    .sort(([, a], [, b]) => a.length - b.length)
    .map(([verdict, archs], i, all) => {
      const others = archs.length === most && i === all.length - 1 && most > 2;
      const who = byVerdict.size === 1 ? 'all' : others ? 'others' : archs.join(', ');
      const counts =
        verdict === 'holds' ? archs.map((arch) => executions.get(`${test} ${variant} ${arch}`)) : [];
      const name = verdict.replace('violates:', '✗ ').replace('holds', '✓').replace('not-applicable', '–');
      return `${name} ${who}${rangeOf(counts)}`;
    });
  return `\`${reference}\`: ${texts.join('; ')}`;
}

/**
 * The command of a reference to a race.
 * @param {string} reference
 */
export function commandFor(reference) {
  const [test, variant] = reference.split('#');
  return `racewalk conformance --test ${test} --variant ${variant ?? 'upstream'}`;
}

/**
 * The whole page.
 * @param {readonly ThreadClaim[]} claims
 * @param {readonly Cell[]} cells
 * @param {ReadonlyMap<string, number>} executions
 */
export function seedsPage(claims, cells, executions) {
  const sections = Object.entries(THREADS).map(([seed, title]) => {
    const rows = claims
      .filter((c) => c.seed === seed)
      .map((c) => {
        const shown = c.decidedBy.map((r) => verdicts(r, cells, executions)).join('<br>');
        const commands = c.decidedBy.map((r) => `\`${commandFor(r)}\``).join('<br>');
        const answer = c.undecidable === undefined ? c.answer : `${c.answer} *${c.undecidable}*`;
        return `| ${c.who} | ${cell(c.says)} | ${cell(answer)} | ${shown || '–'} | ${commands || '–'} |`;
      });
    if (rows.length === 0) return '';
    return `## ${title}\n\n| who | says | answer | verdicts (executions) | command |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  return `# The threads, answered

Each claim, question or objection of the threads Racewalk started from, in a line of our own words; what the machine says;
the race or mutant that decides it, with its verdict on every plug-in; and the command that shows it. ✓ holds, and the
number of executions that were explored stands beside it, the least and the most of the plug-ins: 2 say less than 41 000.
✗ breaks the invariant named: there one schedule is enough, and the command prints it. – does not apply. Made from the claims that the feature packages export, by \`npm run docs:seeds\`; do not edit. The
verdicts are the expected ones: \`npm run conformance\` fails if a run comes to anything else.

${sections.filter((s) => s !== '').join('\n')}
${POSTED}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [{ plan }, { CATALOGUE }] = await Promise.all([
    import('@racewalk/conformance'),
    import('@racewalk/cli'),
  ]);
  const modules = await Promise.all(claimPackages().map((name) => import(`@racewalk/${name}`)));
  const { cells } = plan(CATALOGUE.archs, CATALOGUE.scenarios);
  writeFileSync(PAGE, seedsPage(modules.flatMap(claimsIn), cells, pinnedExecutions()));
}
