/**
 * Whether every step of a race says what it is and which entries it changes, and every word what it holds. People read a counterexample by these texts,
 * and no verdict depends on them, so nothing else would notice one that is missing.
 */
/** @typedef {import('@racewalk/core').ArchPlugin} ArchPlugin */
/** @typedef {import('@racewalk/machine').Scenario} Scenario */
/** @typedef {Pick<typeof import('@racewalk/conformance/matrix'), 'plan' | 'runCell'>} Matrix */

/** A name that was put together of nothing. */
const EMPTY = /^\s*$|undefined|\bNaN\b|\[object|^\s|\s$/;

/** What a word holds, in words. @param {unknown} text */
const says = (text) => typeof text === 'string' && !/^\s*$|undefined|\bNaN\b|\[object/.test(text);

/**
 * Runs a race once, from its start to its end, and looks at the name of each step.
 *
 * @param {Matrix} matrix the suite to use: sources or build
 * @param {Scenario} race
 * @param {ArchPlugin} arch
 * @returns {Promise<{ steps: number, problems: string[] }>} no steps where the race does not apply
 */
export async function unnamedSteps({ plan, runCell }, race, arch) {
  /** @type {Scenario} */
  const ends = {
    ...race,
    sizes: [],
    // Whatever the first execution comes to is recorded.
    finally: (_w, _s, _view, faults) => faults.fail('LIVE', 'the end'),
  };
  const [cell] = plan([arch], [ends], { variant: 'upstream' }).cells;
  if (cell === undefined || cell.expected === 'not-applicable') return { steps: 0, problems: [] };
  const { trace } = await runCell(cell, { shrinkStates: 0 });
  const events = trace?.events ?? [];
  const problems = events
    .filter(({ label }) => EMPTY.test(label))
    .map(({ label, agent, cells }) => {
      const words = cells.map((touched) => touched.cell).join(', ');
      return `${race.id} ${arch.id}: a step of ${trace?.agents[agent]?.name} on ${words} is called "${label}"`;
    });
  for (const { name, initial } of trace?.cells ?? []) {
    if (!says(initial)) problems.push(`${race.id} ${arch.id}: ${name} holds "${initial}" at the start`);
  }
  for (const { cell, before, after } of events.flatMap((event) => event.cells)) {
    if (![before, after].every(says))
      problems.push(`${race.id} ${arch.id}: ${cell} goes from "${before}" to "${after}"`);
  }
  const roles = new Map((trace?.cells ?? []).map(({ name, role }) => [name, role.is]));
  for (const { label, text, on, cells } of events) {
    for (const { cell, before, after } of cells) {
      // What an entry becomes is what a counterexample is about: the step says which entry it is.
      if (roles.get(cell) !== 'entry' || before === after || on.includes(cell)) continue;
      problems.push(
        `${race.id} ${arch.id}: "${label} ${text}" changes ${cell} and does not say that it is about it`,
      );
    }
  }
  if (trace === undefined) problems.push(`${race.id} ${arch.id}: no execution reached its end`);
  return { steps: events.length, problems };
}
