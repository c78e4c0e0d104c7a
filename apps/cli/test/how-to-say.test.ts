/** docs/how-to-say.md: every name it uses is exported or a function of the kernel, and every race exists. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import * as arm64 from '@racewalk/arch-arm64';
import * as core from '@racewalk/core';
import * as step from '@racewalk/core/step';
import * as machine from '@racewalk/machine';
import * as mm from '@racewalk/mm';
import { exchangeToy } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { CATALOGUE } from '../src/catalogue.js';

const page = readFileSync(fileURLToPath(new URL('../../../docs/how-to-say.md', import.meta.url)), 'utf8');
const rows = page
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| the race asks'))
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '')));
const code = (cell = ''): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = '']) => text);

/** All members of a value, those it inherits included. */
function members(of: object): string[] {
  const names: string[] = [];
  for (
    let at: object | null = of;
    at !== null && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object
  )
    names.push(...Object.getOwnPropertyNames(at));
  return names;
}

const world = new machine.World(exchangeToy(), { block: 1 }, [0], ['UAF']);
mm.linux(world);
const agent = new machine.Machine(world, 0, machine.wordEntries(world));
const classes = [machine.SvaDevice, machine.MessageQueue, machine.GuestCpu, machine.Directory];

const known: Readonly<Record<string, ReadonlySet<string>>> = {
  'm.k': new Set(Object.keys(mm.KERNEL)),
  'm.tlb': new Set(members(agent.tlb)),
  'm.p': new Set(members(agent.p)),
  'm.pmd': new Set(members(agent.pmd)),
  'm.notifier': new Set(members(agent.notifier)),
  'm.arch.swap': new Set(members(agent.arch.swap)),
  m: new Set(members(agent)),
  w: new Set(members(world)),
  'w.contexts': new Set(members(world.contexts)),
  spaces: new Set([...members(world.spaces), 'starts', 'ranBefore']),
  device: new Set(members(machine.SvaDevice.prototype)),
};
const exported = new Set([
  ...[arm64, core, step, machine, mm].flatMap((all) => Object.keys(all)),
  ...classes.flatMap((one) => Object.getOwnPropertyNames(one.prototype)),
]);

it('has names that are exported, or functions of the kernel', () => {
  expect(rows.length).toBeGreaterThan(60);
  const wrong: string[] = [];
  for (const [, says] of rows) {
    for (const text of code(says)) {
      // A call or a name by itself; what stands in braces, and the arguments, are of the reader's own.
      const [head = ''] = text.replace(/^new /, '').split(/[({ ]/);
      if (/^(\w+:|)$/.test(head)) continue;
      const at = head.lastIndexOf('.');
      const [owner, name] = [head.slice(0, Math.max(at, 0)), head.slice(at + 1)];
      if (!(at < 0 ? exported : (known[owner] ?? new Set())).has(name)) wrong.push(text);
    }
  }
  expect(wrong).toEqual(['CONT', 'device', 'onFault']);
});

it('has races that exist', () => {
  const races = new Set(CATALOGUE.scenarios.map(({ id }) => id));
  const named = rows.flatMap(([, , races = '']) => code(races));
  expect(named.length).toBeGreaterThan(60);
  expect(named.filter((id) => !races.has(id))).toEqual([]);
  for (const [asks, , races = ''] of rows) expect([asks, code(races).length]).not.toEqual([asks, 0]);
});
