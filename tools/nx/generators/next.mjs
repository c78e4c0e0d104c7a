/** What a generator tells its user to run. */

/** @typedef {readonly [command: string, does: string]} NextStep */

/** What lists or counts everything there is, and is compared in tests. @type {readonly NextStep[]} */
export const PINNED = [
  ['npm run docs:pages', 'rewrites the generated pages, which list everything'],
  ['npx vitest run --project cli test/matrix.test.ts -u', 'pins how many executions the new cells have'],
];

/** @param {readonly NextStep[]} steps */
export function nextSteps(steps) {
  const width = Math.max(...steps.map(([command]) => command.length));
  const lines = steps.map(([command, does]) => `  ${command.padEnd(width)}  ${does}`);
  return `next:\n${lines.join('\n')}\n`;
}
