/** docs/start-states.md: how each race comes to the state it starts from. `npm run docs:start-states` rewrites it (after a build). */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** @typedef {import('@racewalk/core').ArchPlugin} ArchPlugin */
/** @typedef {import('@racewalk/machine').Scenario} Scenario */
/** @typedef {import('@racewalk/mm').StartState} StartState */

export const PAGE = fileURLToPath(new URL('../../docs/start-states.md', import.meta.url));

/**
 * What one race says about its start: the operations, or the reason; plug-ins that agree together.
 * @param {Scenario} race
 * @param {readonly ArchPlugin[]} archs
 * @param {(race: Scenario, arch: ArchPlugin) => StartState} startState
 * @param {(race: Scenario, arch: ArchPlugin) => string | null} notApplicable
 */
function startOf(race, archs, startState, notApplicable) {
  /** @type {Map<string, string[]>} */
  const byText = new Map();
  for (const arch of archs) {
    if (notApplicable(race, arch) !== null) continue;
    const { ops, assumes } = startState(race, arch);
    const made = ops.length === 0 ? 'nothing is mapped yet' : ops.map((op) => `\`${op}\``).join(', ');
    const text = assumes === null ? made : `not compared: ${assumes}`;
    byText.set(text, [...(byText.get(text) ?? []), arch.id]);
  }
  const most = Math.max(...[...byText.values()].map((ids) => ids.length));
  return [...byText]
    .map(([text, ids]) => {
      if (byText.size === 1) return text;
      return ids.length === most && most > archs.length / 2
        ? `others: ${text}`
        : `${ids.join(', ')}: ${text}`;
    })
    .sort((a, b) => Number(a.startsWith('others')) - Number(b.startsWith('others')))
    .join('<br>');
}

/**
 * The whole page.
 * @param {readonly Scenario[]} races
 * @param {readonly ArchPlugin[]} archs
 * @param {(race: Scenario, arch: ArchPlugin) => StartState} startState
 * @param {(race: Scenario, arch: ArchPlugin) => string | null} notApplicable
 */
export function startStatesPage(races, archs, startState, notApplicable) {
  const rows = races.map((race) => `| \`${race.id}\` | ${startOf(race, archs, startState, notApplicable)} |`);
  return `# Start states

A race begins in the middle: its setup says what is mapped, and in which state. That state must be one that the kernel
can get to, or a verdict says nothing. So a protocol is run from an empty address space, one operation after the other,
and entries, page and folio flags, counts and translations of devices are compared with what the race sets up. What a TLB has
at the start, the protocol has left there, or a walk finds it in the tables. A difference fails the tests, unless the race
says why it starts elsewhere (\`assumes\`); a reason that nothing needs fails, too. Not compared: contents of pages, locks,
words of the race's own, and references of others than mappings. Made by \`npm run docs:start-states\`; do not edit.

| race | reached by |
|---|---|
${rows.join('\n')}
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [{ CATALOGUE }, { startState }, { notApplicable }] = await Promise.all([
    import('@racewalk/cli'),
    import('@racewalk/mm'),
    import('@racewalk/machine'),
  ]);
  writeFileSync(PAGE, startStatesPage(CATALOGUE.scenarios, CATALOGUE.archs, startState, notApplicable));
}
