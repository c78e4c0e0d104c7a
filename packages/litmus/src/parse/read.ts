/** A text becomes a test. */
import { ARM } from '../arm/front-end.js';
import { type Formula, type Place, placesOf } from '../program/condition.js';
import { Symbols } from '../program/symbols.js';
import type { Isa, LitmusTest, Thread } from '../program/test.js';
import { RISCV } from '../riscv/front-end.js';
import type { Entries } from '../vmsa/entry.js';
import { isVirtual, readHeader } from '../vmsa/header.js';
import { readAsked } from './asked.js';
import { type Code, type FrontEnd, readCode } from './front-end.js';
import { completeTable, readInitial } from './initial.js';
import type { Names } from './names.js';
import { RegisterFile } from './registers.js';
import { type Sections, sectionsOf } from './sections.js';
import { type Piece, Text } from './text.js';

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
  const columns = columnsOf(source, sections);
  const threads = columns.length;
  const inHeader =
    isa === 'AArch64' && isVirtual(sections.header, source.text)
      ? readHeader(sections.header, threads)
      : null;
  if (inHeader !== null && entries === null) {
    throw source.error(sections.isa.at, 'a test of virtual memory, and no plug-in to run it on');
  }
  const virtual = inHeader === null || entries === null ? null : { ...inHeader, entries };
  const frontEnd = FRONT_ENDS[isa];
  const names: Names = { symbols: new Symbols(), entries: virtual === null ? null : entries };
  const files = columns.map(() => new RegisterFile(source, frontEnd));
  const codes = columns.map(({ cells, handler }, i) =>
    readCode(source, files[i]!, cells, handler, frontEnd, i, names.symbols),
  );
  const memory = readInitial(source, sections.initial, names, files);
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
    threads: codes.map((code, i) => threadOf(code, files[i]!)),
  };
}

function threadOf({ code, labels, lines, handler }: Code, registers: RegisterFile): Thread {
  const special = (name: string): number => registers.hidden(name);
  return {
    code,
    labels,
    handler:
      handler === null ? null : { start: handler, lines, link: special('ELR_EL1'), far: special('FAR_EL1') },
    registers: registers.list(),
    initial: registers.initial(),
  };
}

/** Code of the threads P0, P1, … and of the fault handler `P0.F` of each. */
function columnsOf(
  source: Text,
  { columns }: Sections,
): { cells: readonly Piece[]; handler: readonly Piece[] | null }[] {
  const threads = columns.filter(({ heading }) => /^P\d+$/.test(heading.text));
  const handlers = columns.filter(({ heading }) => !/^P\d+$/.test(heading.text));
  threads.forEach(({ heading }, i) => {
    if (heading.text !== `P${i}`) throw source.error(heading.at, `\`${heading.text}\` should be P${i}`);
  });
  for (const { heading } of handlers) {
    const of = /^P(\d+)\s*\.\s*F$/.exec(heading.text)?.[1];
    if (of === undefined || Number(of) >= threads.length) {
      throw source.error(heading.at, `\`${heading.text}\` is outside the subset`, 'threads are P0, P1, …');
    }
  }
  return threads.map(({ heading, cells }) => {
    const own = handlers.find((one) => one.heading.text.replace(/\s/g, '') === `${heading.text}.F`);
    return { cells, handler: own?.cells ?? null };
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
