import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { columns, hints, json, lkml, markdown, mermaid, svg, type Trace } from '../src/index.js';
import { expectGolden } from './golden.js';
import { crowd, dekker, hostile, machineWords, quiet, staleTlb, teardown } from './traces.js';

const withHints = (trace: Trace): Trace => ({ ...trace, hints: hints(trace, trace.hints) });

const traces = { teardown, machineWords, quiet, staleTlb, dekker, crowd, hostile };

describe.each(Object.entries(traces))('%s', (name, bare) => {
  const trace = withHints(bare);
  it.each([80, 100, 120])('in columns, %i wide', (width) => {
    expectGolden(`${name}.${width}.txt`, columns(trace, { width }));
  });
  it('in columns, all of it', () => {
    expectGolden(`${name}.all.txt`, columns(trace, { all: true }));
  });
  it('as commit message', () => {
    expectGolden(`${name}.lkml.txt`, lkml(trace));
    expectGolden(`${name}.lkml-all.txt`, lkml(trace, { all: true }));
  });
  it('as Markdown', () => {
    expectGolden(`${name}.md`, markdown(trace));
  });
  it('as Mermaid', () => {
    expectGolden(`${name}.mmd`, mermaid(trace));
  });
  it('as SVG', () => {
    expectGolden(`${name}.svg`, svg(trace));
  });
});

it('teardown as JSON', () => {
  expectGolden('teardown.json.txt', json(teardown));
});

it('the README shows what is printed', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  expect(readme).toContain(columns(withHints(teardown)));
});
