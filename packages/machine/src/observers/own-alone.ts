import { pteById } from '@racewalk/core';
import type { Cell, FaultSink } from '@racewalk/core/step';
import type { Frame } from '../world/frames.js';
import type { World } from '../world/world.js';
import type { Observer, StepView } from './observer.js';

/** Who may own frames alone in one world, and the ghost words that say who does. */
interface Owners {
  /** Names by number; 0 is nobody. */
  readonly names: string[];
  readonly initial: Map<Frame, number>;
  readonly cells: Map<Frame, Cell>;
}

const ownersOf = new WeakMap<World, Owners>();

function owners(w: World): Owners {
  let found = ownersOf.get(w);
  if (found === undefined) {
    found = { names: [''], initial: new Map(), cells: new Map() };
    ownersOf.set(w, found);
  }
  return found;
}

/** The number of an owner: an address space or a device, by its name. */
function numberOf(w: World, name: string): number {
  const { names } = owners(w);
  const known = names.indexOf(name);
  return known >= 0 ? known : names.push(name) - 1;
}

/** At the start `name` owns the frame alone; called by `setup`. */
export function startsOwned(w: World, frame: Frame, name: string): void {
  owners(w).initial.set(frame, numberOf(w, name));
}

/** The words a step needs that says, or asks, who owns the frame; none if nobody watches OWN. */
export function ownerCells(w: World, frame: Frame): readonly Cell[] {
  const cell = ownersOf.get(w)?.cells.get(frame);
  return cell === undefined ? [] : [cell, ...w.allTlbCells()];
}

/** From here on `name` owns the frame alone: no CPU translates to it, and nobody else owns it. */
export function ownAlone(w: World, s: StepView, frame: Frame, name: string, faults: FaultSink): void {
  const cell = ownersOf.get(w)?.cells.get(frame);
  if (cell === undefined) return;
  const me = numberOf(w, name);
  const owner = s.get(cell);
  if (owner !== 0 && owner !== me) {
    faults.fail('OWN', `${name} is given ${frame.name} for itself while ${owners(w).names[owner]} owns it`);
  }
  const cpu = translates(w, s, frame);
  if (cpu !== null) faults.fail('OWN', `${name} is given ${frame.name} for itself while ${cpu} maps it`);
  s.set(cell, me);
}

/** `name` owns the frame no longer, if it did. */
export function giveUpOwnership(w: World, s: StepView, frame: Frame, name: string): void {
  const cell = ownersOf.get(w)?.cells.get(frame);
  if (cell !== undefined && s.get(cell) === numberOf(w, name)) s.set(cell, 0);
}

/** A CPU whose TLB leads to the frame, in words, or null. */
function translates(w: World, s: StepView, frame: Frame): string | null {
  for (const vma of w.vmas) {
    for (const cpu of w.userCpus) {
      for (let vpn = vma.start; vpn < vma.end; vpn++) {
        const cell = w.tlbCell(cpu, vma.mm, vpn);
        const id = cell < 0 ? 0 : s.get(cell);
        if (id === 0 || w.arch.values.ptePfn(pteById(id)) !== frame.pfn) continue;
        return `the TLB of cpu${cpu}`;
      }
    }
  }
  return null;
}

/**
 * OWN, where ownership is declared: while somebody owns a frame alone (a device, by a device-exclusive
 * entry), nobody else reaches it, on a CPU or from another device. Who owns what is kept in a ghost word
 * per frame; `own.ts` looks at pages of which a mapping merely believes that they are its own.
 */
export const ownedAlone: Observer = {
  code: 'OWN',
  prepare(w) {
    const found = ownersOf.get(w);
    // A race in which nobody declares ownership pays nothing.
    if (found === undefined && w.notifiers.length === 0) return;
    const { names, initial, cells } = owners(w);
    const show = (n: number) => names[n] || 'nobody in particular';
    for (const folio of w.frames.folios) {
      for (const frame of folio.frames) {
        cells.set(frame, w.ghost(`owner of ${frame.name}`, initial.get(frame) ?? 0, show));
      }
    }
  },
  useCells(w, { frame }) {
    const cell = ownersOf.get(w)?.cells.get(frame);
    return cell === undefined ? [] : [cell];
  },
  use(w, s, { cpu, vma, access, frame }, faults) {
    const cell = ownersOf.get(w)?.cells.get(frame);
    const owner = cell === undefined ? 0 : s.get(cell);
    if (owner === 0 || owner === numberOf(w, vma.mm.name)) return;
    const does = access === 'load' ? 'loads from' : 'stores to';
    const who = cpu < 0 ? 'the holder of the page' : `cpu${cpu}`;
    faults.fail('OWN', `${who} ${does} ${frame.name}, which ${owners(w).names[owner]} owns alone`);
  },
  secondaryCells: (w, { frame }) => ownerCells(w, frame),
  secondaryUse(w, s, { who, frame, exclusive }, faults) {
    const cell = ownersOf.get(w)?.cells.get(frame);
    if (cell === undefined) return;
    const owner = s.get(cell);
    if (owner !== 0 && owner !== numberOf(w, who)) {
      faults.fail('OWN', `${who} uses ${frame.name}, which ${owners(w).names[owner]} owns alone`);
      return;
    }
    const cpu = exclusive ? translates(w, s, frame) : null;
    if (cpu !== null) faults.fail('OWN', `${who} uses ${frame.name} as its own while ${cpu} maps it`);
  },
};
