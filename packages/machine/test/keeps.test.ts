import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const packages = fileURLToPath(new URL('../..', import.meta.url));

/** Code that runs C: its thread is in `keeps`, and no history of it is joined. */
const RUNS_C = /^kernel-c\//;

// What an agent remembers outside its functions has to be in `m.keeps`, or a search over states would join what differs.
test('whoever remembers something for each machine puts it into `keeps`', () => {
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
  const own = remembers.filter((file) => !RUNS_C.test(file));
  expect(own.sort()).toEqual(['machine/src/cpu/kernel-cpu.ts', 'mm/src/memory/unused.ts']);
  const silent = own.filter((file) => !readFileSync(`${packages}/${file}`, 'utf8').includes('.keeps.push('));
  expect(silent).toEqual([]);
  expect(readFileSync(`${packages}/kernel-c/src/run/thread.ts`, 'utf8')).toContain('m.keeps.push(found)');
});
