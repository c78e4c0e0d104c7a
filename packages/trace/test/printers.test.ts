import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  columns,
  hints,
  json,
  lkml,
  markdown,
  mermaid,
  type PrintOptions,
  parseTrace,
  svg,
  type Trace,
} from '../src/index.js';
import { widthOf } from '../src/print/text.js';
import { ev, makeTrace } from './make.js';
import * as traces from './traces.js';

const printers = { columns, lkml, markdown, mermaid, svg, json };
const all: readonly Trace[] = Object.values(traces);

/** Lines that may be as long as their token. */
const isReplay = (text: string) => text.includes('racewalk replay');

/** Hands something to a printer that its type forbids. */
const misuse = (
  print: (trace: Trace, options?: PrintOptions) => string,
  input: unknown,
  options?: unknown,
): string => print(input as Trace, options as PrintOptions);

/** Elements nest, attributes are quoted, entities are known, text holds no markup. */
function assertXml(source: string): void {
  const open: string[] = [];
  const rest = source.replace(
    /<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<]*")*)(\/?)>/g,
    (_, close: string, tag: string, _a, empty: string) => {
      if (close) expect(open.pop()).toBe(tag);
      else if (!empty) open.push(tag);
      return '';
    },
  );
  expect(open).toEqual([]);
  expect(rest).not.toMatch(/[<>]/);
  expect(rest.replace(/&(amp|lt|gt|quot);/g, '')).not.toContain('&');
}

describe.each(Object.entries(printers))('%s', (name, print) => {
  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(
        fc.anything({ withBigInt: true, withNullPrototype: true }),
        fc.anything(),
        (input, options) => {
          expect(typeof misuse(print, input, options ?? undefined)).toBe('string');
        },
      ),
    );
    const nasty = {
      get events(): never {
        throw new Error('no');
      },
    };
    const loop: Record<string, unknown> = {};
    loop.self = loop;
    for (const input of [nasty, loop, 10n, Symbol('x'), undefined]) expect(misuse(print, input)).not.toBe('');
  });

  it('never throws when one field is missing or odd', () => {
    const fields = Object.keys(traces.teardown);
    fc.assert(
      fc.property(fc.constantFrom(...fields), fc.jsonValue(), (field, value) => {
        const out = misuse(print, { ...traces.teardown, [field]: value });
        if (field !== 'test' && name !== 'json' && name !== 'svg') expect(out).toContain('contpte');
      }),
    );
  });

  it('survives a value that cannot be turned into a text', () => {
    const out = misuse(print, { ...traces.teardown, token: { toString: 0 } });
    if (name !== 'json' && name !== 'svg') expect(out).toContain('contpte');
  });

  it('lists the events if it can do nothing else', () => {
    const out = misuse(print, { ...traces.teardown, agents: 5, stats: null });
    expect(out).toContain('walk pte[1] for store');
  });

  it('ends every line, and puts no control character anywhere', () => {
    for (const trace of all) {
      const out = print(trace);
      expect(out.endsWith('\n')).toBe(true);
      if (name !== 'json') expect(out.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
  });

  it('can print an execution without steps or agents', () => {
    expect(print(makeTrace([], { agents: [] }))).toContain('toy/race');
  });
});

describe('columns', () => {
  it('keep to the width', () => {
    const text = fc.lorem({ maxCount: 6 });
    const draft = fc
      .tuple(fc.nat(4), text, text)
      .map(([agent, label, out]) => ev(agent, 'write', label, out));
    fc.assert(
      fc.property(
        fc.array(draft, { maxLength: 12 }),
        fc.integer({ min: 80, max: 120 }),
        fc.boolean(),
        (drafts, width, full) => {
          const trace = makeTrace(drafts, { hints: ['a hint that goes on and on '.repeat(6).trim()] });
          for (const text of columns(trace, { width, all: full }).split('\n')) {
            expect(widthOf(text)).toBeLessThanOrEqual(width);
            expect(text).toBe(text.trimEnd());
          }
        },
      ),
    );
  });
  it('bring a strange width to the nearest sensible one', () => {
    for (const width of [-1, 0, 3, Number.NaN, Number.POSITIVE_INFINITY, 1e9]) {
      expect(columns(traces.teardown, { width })).toContain('ptep_get');
    }
  });
  it('put twelve agents below each other', () => {
    const drafts = Array.from({ length: 12 }, (_, i) =>
      ev(i, 'write', `a fairly long label of agent ${i}`, 'and its outcome'),
    );
    const out = columns(makeTrace(drafts), { width: 80 });
    expect(out).toContain('     3  t2:\n          a fairly long label of agent 2  and its outcome');
    expect(Math.max(...out.split('\n').map(widthOf))).toBeLessThanOrEqual(80);
  });
  it('only add colours when asked for them', () => {
    for (const trace of all) {
      const plain = columns(trace);
      const colored = columns(trace, { color: true });
      expect(colored).toContain('\u001b[');
      expect(colored.replace(new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g'), '')).toBe(plain);
      expect(columns(trace, { color: (_, text) => text })).toBe(plain);
    }
  });
  it('never break the replay line', () => {
    const token = `rw1:${'A'.repeat(300)}`;
    expect(columns({ ...traces.teardown, token })).toContain(`\n  replay  racewalk replay ${token}\n`);
    expect(lkml({ ...traces.teardown, token }, { all: true })).toContain(`\n  racewalk replay ${token}\n`);
  });
});

describe('lkml', () => {
  it('is ASCII, at most 72 columns, and safe for git am', () => {
    for (const trace of all) {
      const lines = [...lkml(trace).split('\n'), ...lkml(trace, { all: true }).split('\n')];
      expect(lines.join('')).toMatch(/^[ -~]*$/);
      for (const text of lines) {
        if (!isReplay(text) && !text.includes('racewalk explain'))
          expect(text.length).toBeLessThanOrEqual(72);
        expect(text).not.toMatch(/^(---|#|diff -|Index: |From )/);
      }
    }
    const message = `${'x '.repeat(20)}--- a/b`;
    expect(lkml({ ...traces.teardown, fault: { code: 'X', message, step: null } })).not.toMatch(/^---/m);
  });
  it('shows what matters in at most 12 lines, the fault among them, and how to get the rest', () => {
    for (const trace of all) {
      const [, table = ''] = lkml(trace).split('\n\n');
      expect(table.split('\n').length).toBeLessThanOrEqual(12);
      if (trace.fault) expect(table).toContain(`<-- ${trace.fault.code} broken`);
      if (trace !== traces.hostile) expect(lkml(trace)).toMatch(/\n {2}racewalk explain \S/);
    }
    // Nothing that a shell would take for more than a name.
    expect(lkml(traces.hostile)).not.toContain('racewalk explain');
    const tagged = lkml({ ...traces.teardown, token: 'rw1:AAAA' });
    expect(tagged).toMatch(/\nRacewalk: [0-9a-f]{12} \("contpte\/teardown-vs-walker"\)\n$/);
  });
  it('speaks as kernel developers do', () => {
    const drafts = [
      ev(0, 'atomic', 'invalidate_range_start: gpu stops', ''),
      ev(0, 'atomic', 'copy frame 0x40 to frame 0x41', ''),
      ev(0, 'lock', 'lock mm.mmap_lock', ''),
    ];
    const text = lkml(makeTrace(drafts), { all: true });
    expect(text).toContain('notifier invalidate_range_start (gpu)');
    expect(text).toContain('COW: copy frame 0x40 to frame 0x41');
    expect(text).toContain('mmap_write_lock(mm)');
  });
  it('puts a walker into the column of its CPU', () => {
    expect(lkml(traces.teardown)).toMatch(/^ {2}CPU0 \(zap\) +CPU1 \(user, walker\)\n {2}---- +----$/m);
  });
  it('puts more CPUs than fit below each other', () => {
    const drafts = Array.from({ length: 8 }, (_, i) =>
      ev(i, 'write', `a fairly long label of agent ${i}`, ''),
    );
    expect(lkml(makeTrace(drafts), { all: true })).toContain(
      '  CPU3 (t3):\n    a fairly long label of agent 3\n',
    );
  });
});

describe('svg', () => {
  it('is well-formed, refers to nothing outside and runs nothing', () => {
    for (const trace of all) {
      const out = svg(trace);
      assertXml(out);
      expect(out.replace('http://www.w3.org/2000/svg', '')).not.toMatch(/https?:|url\(|<script|href|@import/);
    }
    assertXml(misuse(svg, { events: [{ label: '<&>' }] }));
  });
});

describe('markdown', () => {
  it('has as many cells in every row of the table', () => {
    for (const trace of all) {
      const rows = markdown(trace)
        .split('\n')
        .filter((text) => text.startsWith('| '));
      const cells = rows.map((text) => text.replaceAll('\\|', '').split('|').length);
      expect(new Set(cells).size).toBe(1);
    }
  });
  it('lets no markup through', () => {
    expect(
      markdown(traces.hostile)
        .replaceAll('\\`', '')
        .replace(/`[^`]*`/g, ''),
    ).not.toMatch(/(?<!\\)<(?!br>)/);
  });
});

describe('columns with sources', () => {
  const at = { file: 'races/lost.ts', line: 12, column: 3 };
  const bare = makeTrace([
    ev(0, 'read', 'ptep_get pte[0]', '→ clean', 'pte[0]: rw clean'),
    ev(1, 'write', 'store flag', '', 'flag: 0'),
    ev(1, 'read', 'load flag', '→ 1', 'flag: 0'),
  ]);
  const [first, second, third] = bare.events;
  const reads = (event: typeof first, from: number | null, seen?: number) => ({
    ...event!,
    at,
    cells: event!.cells.map((a) => ({ ...a, from, ...(seen === undefined ? {} : { seen }) })),
  });
  const trace = { ...bare, events: [reads(first, null), second!, reads(third, 1, 1)] };

  it('say where a step stands and what it read', () => {
    const text = columns(trace, { sources: true });
    expect(text).toContain('races/lost.ts:12');
    expect(text).toContain('reads pte[0] as at the start');
    expect(text).toContain('reads flag from step 2, in its own store buffer');
  });

  it('say so only if asked', () => {
    expect(columns(trace)).not.toMatch(/lost\.ts|reads/);
  });
});

describe('mermaid', () => {
  it('has one statement a line, on declared participants', () => {
    for (const trace of all) {
      const [first, ...lines] = mermaid(trace).trimEnd().split('\n');
      expect(first).toBe('sequenceDiagram');
      const known = lines.flatMap((text) => /^ {2}participant (\w+) as /.exec(text)?.[1] ?? []);
      for (const text of lines) {
        expect(text.replace(/#\d+;/g, '')).not.toMatch(/[;#%]/);
        const used =
          /^ {2}(?:title .|participant (\w+) as|Note over ([\w,]+):|(\w+)(?:->>|-->>|<<->>)(\w+):) ?/.exec(
            text,
          );
        expect(used, text).not.toBeNull();
        for (const names of used!.slice(1)) {
          for (const name of names?.split(',') ?? []) expect(known).toContain(name);
        }
      }
    }
  });
});

describe('json', () => {
  it('is read back unchanged', () => {
    for (const trace of all.filter((t) => t !== traces.hostile))
      expect(parseTrace(json(trace))).toEqual(trace);
  });
});

it('nothing here needs Node, or anything at run time but the class of errors', () => {
  const root = fileURLToPath(new URL('../src', import.meta.url));
  const types = /^import type \{[^}]*\} from '@racewalk\/core\/step';$/gm;
  for (const file of readdirSync(root, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts')) continue;
    const source = readFileSync(`${root}/${file}`, 'utf8').replace(types, '');
    expect(source, file).not.toMatch(/\b(Buffer|process|require|__dirname|globalThis)\b(?!`)/);
    for (const [, from] of source.matchAll(/from '([^']+)'/g)) {
      expect(from, file).toMatch(/^(\.\.?\/|@racewalk\/core\/step$)/);
    }
  }
});

it('a trace of four thousand steps is printed at once', () => {
  const drafts = Array.from({ length: 4_000 }, (_, i) =>
    ev(i % 3, 'read', `ptep_get pte[${i % 7}]`, '→ clean', `pte[${i % 7}]: rw clean`),
  );
  const trace = makeTrace(drafts, { fault: { code: 'X', message: 'x', step: 3_999 } });
  // Time of the processor: a busy machine makes no printer slow.
  const start = process.cpuUsage();
  for (const print of Object.values(printers)) print(trace);
  hints(trace);
  expect(process.cpuUsage(start).user).toBeLessThan(5_000_000);
});
