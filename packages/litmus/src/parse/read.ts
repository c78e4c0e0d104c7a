/** A text becomes a test. */
import { ARM } from '../arm/front-end.js';
import { type Formula, type Place, placesOf } from '../program/condition.js';
import { Symbols } from '../program/symbols.js';
import type { Isa, LitmusTest, Thread } from '../program/test.js';
import { RISCV } from '../riscv/front-end.js';
import type { Entries } from '../vmsa/entry.js';
import { isVirtual, readHeader } from '../vmsa/header.js';
import { readAsked } from './asked.js';
import { type FrontEnd, readCode } from './front-end.js';
import { completeTable, readInitial } from './initial.js';
import type { Names } from './names.js';
import { RegisterFile } from './registers.js';
import { type Sections, sectionsOf } from './sections.js';
import { Text } from './text.js';

const FRONT_ENDS: Readonly<Record<Isa, FrontEnd>> = { AArch64: ARM, RISCV };

/** The instruction set that the first word of a text names; null for another one. */
export function isaOf(text: string): Isa | null {
  const word = /^\s*(\S+)/.exec(text)?.[1] ?? '';
  return word === 'AArch64' || word === 'RISCV' ? word : null;
}

/**
 * Read a test.
 *
 * @param file - for messages
 * @param entries - how the architecture keeps what a descriptor says; null where there is none
 * @throws RacewalkError RACEWALK_LITMUS, with file, line and column, for what is outside the subset
 */
export function readTest(text: string, file: string, entries: Entries | null): LitmusTest {
  const source = new Text(text, file);
  const sections = sectionsOf(source);
  const isa = isaOf(source.text);
  if (isa === null) {
    const known = Object.keys(FRONT_ENDS).join(', ');
    throw source.error(
      sections.isa.at,
      `\`${sections.isa.text}\` is no instruction set that is known`,
      `one of ${known}`,
    );
  }
  const threads = sections.columns.length;
  refuseHandlers(source, sections);
  const virtual =
    isa === 'AArch64' && isVirtual(sections.header, source.text)
      ? readHeader(sections.header, threads)
      : null;
  if (virtual !== null && entries === null) {
    throw source.error(sections.isa.at, 'a test of virtual memory, and no plug-in to run it on');
  }
  const frontEnd = FRONT_ENDS[isa];
  const names: Names = { symbols: new Symbols(), entries: virtual === null ? null : entries };
  const files = sections.columns.map(() => new RegisterFile(source, frontEnd));
  const memory = readInitial(source, sections.initial, names, files);
  const codes = sections.columns.map(({ cells }, i) => readCode(source, files[i]!, cells, frontEnd));
  const { condition, shown, filter } = readAsked(source, sections.asked, names, files);
  completeTable(memory, names);
  return {
    isa,
    name: sections.name,
    symbols: names.symbols,
    memory,
    virtual,
    condition,
    filter,
    shown: sorted(shown),
    asked: registersIn(threads, shown, filter),
    threads: codes.map(({ code, labels }, i): Thread => {
      const registers = files[i]!;
      return { code, labels, registers: registers.list(), initial: registers.initial() };
    }),
  };
}

function refuseHandlers(source: Text, { columns }: Sections): void {
  columns.forEach(({ heading }, i) => {
    if (heading.text === `P${i}`) return;
    throw source.error(
      heading.at,
      `\`${heading.text}\` is outside the subset`,
      `thread ${i} is called P${i}`,
    );
  });
}

function registersIn(threads: number, shown: readonly Place[], filter: Formula | null): number[][] {
  const asked = Array.from({ length: threads }, () => new Set<number>());
  for (const place of [...shown, ...(filter === null ? [] : placesOf(filter))]) {
    if (place.is === 'register') asked[place.thread]?.add(place.register);
  }
  return asked.map((set) => [...set]);
}

/** Registers by thread and number, then words, then faults, as herd7 prints them. */
function sorted(shown: readonly Place[]): Place[] {
  const rank = (place: Place): string => {
    if (place.is === 'register') return `0${place.name.replace(/\d+/g, (n) => n.padStart(6, '0'))}`;
    return place.is === 'word' ? `1${/^\[P/.test(place.name) ? 1 : 0}${place.name}` : '2';
  };
  return [...shown].sort((a, b) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0));
}
