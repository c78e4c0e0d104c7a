/**
 * Traces written by hand, for the tests of printers and hints.
 */
import type { Trace } from '../src/index.js';
import { cell, type Draft, ev, makeTrace } from './make.js';

const CLEAN = 'valid young clean cont pfn 0x40';
const DIRTY = 'valid young dirty cont pfn 0x40';

const each = (n: number, make: (i: number) => Draft): Draft[] => Array.from({ length: n }, (_, i) => make(i));

/** The race argued in the ptep_get_and_clear_full thread: gather first, clear later. */
export const teardown: Trace = makeTrace(
  [
    ev(0, 'lock', 'lock ptl', '', 'ptl: 0 => 1'),
    ...each(4, (i) => ev(0, 'read', `ptep_get pte[${i}]`, '→ clean', `pte[${i}]: ${CLEAN}`)),
    ev(1, 'use', 'store page 1', '', 'frame[1]: v0 => v1', 'seen: none => 1'),
    ev(2, 'walk', 'walk pte[1] for store', 'clean → dirty (HW, atomic)', `pte[1]: ${CLEAN} => ${DIRTY}`),
    ...each(4, (i) =>
      ev(0, 'write', `ptep_clear pte[${i}]`, '', `pte[${i}]: ${i === 1 ? DIRTY : CLEAN} => none`),
    ),
    ev(0, 'invalidate', 'flush_tlb_range cpu1', 'TLB(cpu1) dropped', `tlb1[1]: ${DIRTY} => none`),
    ev(0, 'unlock', 'unlock ptl', '', 'ptl: 1 => 0'),
  ],
  {
    test: 'contpte/teardown-vs-walker',
    title: 'process teardown of a folded block against a hardware writer',
    source: 'ptep_get_and_clear_full thread, Nov 2023 (seed 000)',
    arch: 'arm64-contpte',
    variant: 'mutant:gather-then-clear',
    params: { n: 4, writers: 1 },
    fault: { code: 'DIRTY', message: 'a store reached frame 0x41 and nothing remembers it', step: 11 },
    agents: [
      { id: 0, name: 'zap', title: 'zap (cpu0, holds ptl)', cpu: 0, role: 'kernel' },
      { id: 1, name: 'user', title: 'user (cpu1)', cpu: 1, role: 'user' },
      { id: 2, name: 'walker', title: 'walker (cpu1)', cpu: 1, role: 'walker' },
    ],
    cells: [
      cell('ptl', '0'),
      ...[0, 1, 2, 3].map((i) => cell(`pte[${i}]`, CLEAN)),
      cell('frame[1]', 'v0'),
      cell('folio', 'clean'),
      cell('seen', 'none', true),
    ],
    final: [
      { cell: 'ptl', text: '0' },
      { cell: 'folio', text: 'clean' },
      ...[0, 1, 2, 3].map((i) => ({ cell: `pte[${i}]`, text: 'none' })),
      { cell: 'frame[1]', text: 'written' },
      { cell: 'seen', text: '1' },
    ],
    stats: { executions: 7, shrunkFrom: 19, steps: 13, preemptions: 2 },
    hints: ['the same race holds on x86-64 and sw-dirty'],
    token: 'rw1:AQVkZW1vAAAA',
    omits: ['speculative access flag updates'],
  },
);

/** The same race without hardware that sets the bit: nothing breaks. */
export const quiet: Trace = makeTrace(
  [
    ev(0, 'lock', 'lock ptl', '', 'ptl: 0 => 1'),
    ...each(4, (i) => ev(0, 'xchg', `ptep_get_and_clear pte[${i}]`, '', `pte[${i}]: ${CLEAN} => none`)),
    ev(0, 'unlock', 'unlock ptl', '', 'ptl: 1 => 0'),
  ],
  { test: 'contpte/teardown-vs-walker', stats: { steps: 6, preemptions: 0 } },
);

/** A second zapper finds nothing and leaves without a flush; the other CPU still has the entry. */
export const staleTlb: Trace = makeTrace(
  [
    ev(
      1,
      'walk',
      'load page 0',
      'TLB filled',
      'tlb1[0]: none => valid ro pfn 0x40',
      'pte[0]: valid ro pfn 0x40',
    ),
    ev(0, 'xchg', 'ptep_get_and_clear pte[0]', '→ valid', 'pte[0]: valid ro pfn 0x40 => none'),
    ev(2, 'read', 'ptep_get pte[0]', '→ none', 'pte[0]: none'),
    ev(2, 'read', 'return from madvise', '', 'pte[0]: none'),
    ev(1, 'use', 'load page 0', 'TLB hit', 'tlb1[0]: valid ro pfn 0x40', 'frame[0]: v0'),
  ],
  {
    test: 'zap/double-dontneed',
    arch: 'x86-64',
    fault: {
      code: 'STALE',
      message: 'cpu1 translated page 0 through an entry that was cleared before madvise returned',
      step: 4,
    },
    agents: [
      { id: 0, name: 'zapA', title: 'zapA (cpu0)', cpu: 0 },
      { id: 1, name: 'user', title: 'user (cpu1)', cpu: 1 },
      { id: 2, name: 'zapB', title: 'zapB (cpu2)', cpu: 2 },
    ],
    final: [{ cell: 'pte[0]', text: 'none' }],
    stats: { executions: 1204, steps: 5, preemptions: 1 },
  },
);

/** Dekker under TSO: both stores wait in their buffers. */
export const dekker: Trace = makeTrace(
  [
    ev(0, 'write', 'store mm_cpumask', '', 'mask: 0'),
    ev(1, 'write', 'ptep_clear pte[0]', '', 'pte[0]: valid'),
    ev(0, 'read', 'walk pte[0]', '→ valid', 'pte[0]: valid'),
    ev(1, 'read', 'load mm_cpumask', '→ 0', 'mask: 0'),
    { ...ev(1, 'flush', 'pte[0]', '', 'pte[0]: valid => none'), flusher: true, of: 1 },
    { ...ev(0, 'flush', 'mm_cpumask', '', 'mask: 0 => 1'), flusher: true, of: 0 },
  ],
  {
    test: 'asid/switch-mm-dekker',
    arch: 'x86-64',
    memory: 'tso',
    fault: { code: 'STALE', message: 'cpu0 keeps a translation nobody will flush', step: null },
    final: [
      { cell: 'pte[0]', text: 'none' },
      { cell: 'mask', text: '1' },
    ],
    stats: { executions: 3, shrunkFrom: 6, steps: 6, preemptions: 1 },
  },
);

/** Five agents, long words, a loop whose body has two steps. */
export const crowd: Trace = makeTrace(
  [
    ev(0, 'lock', 'lock ptl', '', 'ptl: 0 => 1'),
    ...each(16, (i) =>
      i % 2 === 0
        ? ev(0, 'read', `ptep_get_lockless pte[${i / 2}]`, '→ clean', `pte[${i / 2}]: ${CLEAN}`)
        : ev(
            0,
            'cmpxchg',
            `stash pte[${(i - 1) / 2 + 1}]`,
            'young stays',
            `pte[${(i - 1) / 2 + 1}]: ${CLEAN}`,
          ),
    ),
    ev(1, 'use', 'store page 1', '', 'frame[1]: v0 => v1'),
    ev(2, 'walk', 'walk pte[1] for store', 'clean → dirty (HW, atomic)', `pte[1]: ${CLEAN} => ${DIRTY}`),
    { ...ev(3, 'choose', 'which translation the device uses', ''), choice: 1 },
    ev(4, 'await', 'mmu_notifier_invalidate_range_start_nonblocking secondary', '', 'users: 0'),
    ev(3, 'use', 'device store through a cached translation', 'frame[1] v1 → v2', 'frame[1]: v1 => v2'),
  ],
  {
    test: 'device-exclusive/five-agents-and-a-name-that-needs-a-lot-of-room',
    variant: 'mutant:notifier-after-flush-and-without-the-second-check',
    arch: 'arm64-contpte',
    fault: {
      code: 'NOTIF',
      message: 'the device used a translation outside the notifier contract',
      step: 21,
    },
    agents: [
      { id: 0, name: 'fork', title: 'fork (cpu0, holds ptl)', cpu: 0 },
      { id: 1, name: 'user', title: 'user (cpu1)', cpu: 1 },
      { id: 2, name: 'walker', title: 'walker (cpu1)', cpu: 1, role: 'walker' },
      { id: 3, name: 'gpu', title: 'gpu (device)', role: 'device' },
      { id: 4, name: 'notifier', title: 'notifier thread (cpu2)', cpu: 2 },
      { id: 5, name: 'idle', title: 'idle (cpu3)', cpu: 3 },
    ],
    final: [{ cell: 'frame[1]', text: 'v2' }],
    stats: { executions: 123456, shrunkFrom: 1000, steps: 22, preemptions: 5 },
    hints: [
      'the notifier must be called before the entry changes, because the device may look at any moment between the two; the other plug-ins have no device',
    ],
  },
);

/** Everything that could break a format, in every text. */
export const hostile: Trace = makeTrace(
  [
    ev(0, 'read', 'a|b `c` <script>alert(1)</script> & "q"; end %% #x', '\u001b[31m→ \u202ered', 'x|y: <a>'),
    ev(1, 'write', '[link](javascript:1) ```\nEOF\r\n--- @all', '*bold* _em_ \ud800', 'x|y: <a> => <b>'),
    ev(7, 'write', '', ''),
  ],
  {
    test: 'odd/<b>|`',
    title: '</title><script>',
    source: '---\n#include',
    fault: { code: 'A&B', message: '--- a/file\n+++ b/file', step: 1 },
    agents: [
      { id: 0, name: 'end', title: 'end; participant x' },
      { id: 1, name: '"x"', title: '<x> & | y' },
    ],
    hints: ['<i>hint</i> | `x`'],
    params: { 'a|b': '<c>' },
  },
);

const rw = (i: number, words: string) => `0x4${i} rw ${words} cont`;

/** The first race again, in the words of the machine model: long texts, frame numbers that move. */
export const machineWords: Trace = makeTrace(
  [
    ev(0, 'lock', 'lock ptl', '', 'ptl: 0 => 1'),
    ...each(4, (i) =>
      ev(0, 'read', `ptep_get pte[${i}]`, `→ ${rw(i, 'clean young')}`, `pte[${i}]: ${rw(i, 'clean young')}`),
    ),
    ev(
      1,
      'walk',
      'walk pte[1] for store',
      `pte[1]: ${rw(1, 'clean young')} → ${rw(1, 'dirty young')} (hardware)`,
      `pte[1]: ${rw(1, 'clean young')} => ${rw(1, 'dirty young')}`,
      `tlb1:pte[1]: none => ${rw(1, 'dirty young')}`,
      'dirty seen: 0 => 1',
    ),
    ev(1, 'use', 'store page 1', '', `tlb1:pte[1]: ${rw(1, 'dirty young')}`, 'frame 0x41: clean => written'),
    ...each(4, (i) =>
      ev(
        0,
        'store',
        `pte_clear pte[${i}]`,
        '= none',
        `pte[${i}]: ${rw(i, i === 1 ? 'dirty young' : 'clean young')} => none`,
        'dirty seen: 1',
      ),
    ),
    ev(0, 'issue', 'tlbi pte[0..3]', ''),
    ev(0, 'barrier', 'dsb', 'drops 1 TLB entry', `tlb1:pte[1]: ${rw(1, 'dirty young')} => none`),
    ev(0, 'unlock', 'unlock ptl', '', 'ptl: 1 => 0'),
  ],
  {
    test: 'contpte/teardown-vs-walker',
    arch: 'arm64-contpte',
    variant: 'mutant:gather-then-clear',
    fault: {
      code: 'DIRTY',
      message: 'frame 0x41 was written and neither its entry nor its folio says so',
      step: 8,
    },
    agents: [
      { id: 0, name: 'zap', title: 'zap (cpu0, holds ptl)', cpu: 0 },
      { id: 1, name: 'user', title: 'user (cpu1)', cpu: 1 },
    ],
    cells: [cell('dirty seen', '0', true)],
    final: [
      ...[0, 1, 2, 3].map((i) => ({ cell: `pte[${i}]`, text: 'none' })),
      { cell: 'folio', text: 'clean' },
      { cell: 'frame 0x41', text: 'written' },
      { cell: 'dirty seen', text: '1' },
    ],
    stats: { executions: 4, shrunkFrom: 17, steps: 14, preemptions: 2 },
  },
);
