import { readFileSync } from 'node:fs';
import path from 'node:path';
import { CellTable, read, type Step, write } from '@racewalk/core/step';
import { explore } from '@racewalk/explorer';
import { expect, it } from 'vitest';
import { classOf, FOLDER, orders, pictures, THREADS } from '../docs/engine-pictures.mjs';

it.each(Object.entries(pictures()))(
  'docs/engine/%s is what is drawn (npm run docs:engine rewrites it)',
  (name, text) => {
    expect(readFileSync(path.join(FOLDER, name), 'utf8')).toBe(text);
  },
);

it('the engine runs one execution of each class that is drawn', () => {
  const table = new CellTable();
  const words = new Map(['x', 'y'].map((name) => [name, table.add({ name, initial: 0 })]));
  const threads = THREADS.map((steps, t) => ({
    name: `P${t}`,
    *body(): Step<void> {
      for (const { word, stores } of steps) {
        const cell = words.get(word) ?? -1;
        if (stores) yield* write(cell, 1);
        else yield* read(cell);
      }
    },
  }));
  const { cells, locks } = table;
  const report = explore({ name: 'drawn', cells, locks, memory: 'sc', threads });
  const classes = new Set(orders().map((order) => classOf(order)));
  expect([report.executions, report.blocked]).toEqual([classes.size, 0]);
  expect(classes.size).toBe(3);
});
