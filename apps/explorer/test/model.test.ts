/** What a picture is drawn from, without a browser. */

import { CATALOGUE } from '@racewalk/cli/catalogue';
import { plan, runCell } from '@racewalk/conformance/matrix';
import type { Trace } from '@racewalk/trace';
import { beforeAll, describe, expect, test } from 'vitest';
import { firstDifference, pairs } from '../src/trace/compare.js';
import { Geometry } from '../src/trace/geometry.js';
import { pictureOf } from '../src/trace/model.js';
import { fieldOf, joined, stateAt, translations } from '../src/trace/state.js';

async function counterexample(test: string, arch: string, variant: string): Promise<Trace> {
  const { archs, scenarios } = CATALOGUE;
  const [cell] = plan(archs, scenarios, { test, archs: [arch], variant }).cells;
  const trace = cell === undefined ? undefined : (await runCell(cell)).trace;
  if (trace === undefined) throw new Error(`${test} holds on ${arch}`);
  return trace;
}

describe('a lost dirty bit with store buffers', () => {
  let trace: Trace;
  beforeAll(async () => {
    trace = await counterexample('reclaim/unmap-one', 'x86-64', 'dirty-before-clear');
  });

  test('has a lane for each agent that moves, and one for its walker', () => {
    const { lanes, steps } = pictureOf(trace);
    expect(lanes.map(({ where, walker }) => [where, walker])).toEqual([
      ['CPU0', false],
      ['CPU1', false],
      ['CPU1', true],
    ]);
    for (const { lane, event } of steps) expect(lanes[lane]?.agent).toBe(event.agent);
  });

  test('arrows lead back in time, to a step that changed the word', () => {
    const { edges } = pictureOf(trace);
    expect(new Set(edges.map(({ kind }) => kind))).toEqual(new Set(['reads', 'drops', 'buffer']));
    for (const { kind, from, to, cell } of edges) {
      expect(to).toBeLessThan(from);
      const there = trace.events[to]?.cells.find((access) => access.cell === cell);
      if (kind === 'reads' || kind === 'drops')
        expect(there?.was === there?.now, `${from} → ${to}`).toBe(false);
    }
  });

  test('locks are bars from where they are taken to where they are let go', () => {
    const { bars, steps } = pictureOf(trace);
    for (const { label, from, to } of bars) {
      expect(steps[from]?.event.does).toBe('lock');
      const end = trace.events[to];
      expect(end?.does === 'unlock' || to === trace.events.length - 1, label).toBe(true);
    }
    expect(bars.length).toBeGreaterThan(1);
  });

  test('the state behind the last step is the final state of the trace', () => {
    const { words } = stateAt(trace, trace.events.length - 1);
    for (const { cell, text } of trace.final) {
      expect(words.find((word) => word.cell.name === cell)?.text, cell).toBe(text);
    }
  });

  test('no two blocks of a lane overlap, and all lie within the width', () => {
    for (const width of [300, 900, 1600]) {
      const picture = pictureOf(trace);
      const geometry = new Geometry(picture, width);
      let bottom = 0;
      for (const { index } of picture.steps) {
        const { x, y, width: own, height } = geometry.block(index);
        expect(y).toBeGreaterThanOrEqual(bottom);
        expect(x + own).toBeLessThanOrEqual(width);
        bottom = y + height;
      }
    }
  });

  test('compared with itself it is the same, and without a step it is not', () => {
    const picture = pictureOf(trace);
    const rows = pairs(picture, picture);
    expect(firstDifference(rows)).toBe(-1);
    const shorter = { ...picture, steps: picture.steps.filter(({ index }) => index !== 4) };
    expect(firstDifference(pairs(picture, shorter))).toBeGreaterThan(0);
  });
});

test('fields of 64-bit words, and halves', () => {
  expect(fieldOf('0x8000000000040067', 63, 63)).toBe(1n);
  expect(fieldOf('0x8000000000040067', 12, 51)).toBe(0x40n);
  expect(joined('0x00040067', '0x80000000')).toBe('0x8000000000040067');
  expect(translations('0x8000000000040027|0x8000000000040067').map((each) => fieldOf(each, 6, 6))).toEqual([
    0n,
    1n,
  ]);
});
