import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));

/** Code that runs C: its thread is in `keeps`, and no history of it is joined. */
const RUNS_C = /^kernel-c\//;

// What an agent remembers outside its functions is in `m.current`, or in a field that is in `m.keeps`: else a search over
// states would join what differs.
test('nobody keeps a table of machines, but what runs C', () => {
  const rooms = readdirSync(packages).filter((name) => existsSync(`${packages}/${name}/package.json`));
  const files = rooms.flatMap((name) =>
    readdirSync(`${packages}/${name}/src`, { recursive: true, encoding: 'utf8' }).map(
      (f) => `${name}/src/${f}`,
    ),
  );
  const remembers = files.filter(
    (file) =>
      file.endsWith('.ts') && /new Weak(Map|Set)<Machine\b/.test(readFileSync(`${packages}/${file}`, 'utf8')),
  );
  expect(remembers.filter((file) => !RUNS_C.test(file))).toEqual([]);
  expect(readFileSync(`${packages}/kernel-c/src/run/thread.ts`, 'utf8')).toContain('m.keeps.push(found)');
});
