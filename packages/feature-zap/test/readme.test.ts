import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { zapRaces } from '../src/index.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

it('the README has every race and every mutant', () => {
  for (const race of zapRaces) {
    expect(readme).toContain(`| \`${race.id}\` |`);
    for (const name of Object.keys(race.mutants)) {
      const short = name.replace(/^(no-recheck|get-even-if-zero)-paravirt$/, '$1');
      expect(readme, race.id).toContain(`\`${short}\``);
    }
  }
});
