import type { Cell } from '@racewalk/core/step';
import type { Frame } from '../world/frames.js';
import type { ObserverOf, World } from '../world/types.js';
import type { StepView } from './observer.js';

/** A CPU whose TLB leads to the frame, in words, or null. */
function translates(w: World, s: StepView, frame: Frame): string | null {
  const v = w.arch.values;
  const get = (cell: Cell) => s.get(cell);
  for (const vma of w.vmas) {
    for (const cpu of w.cpus) {
      for (let vpn = vma.start; vpn < vma.end; vpn++) {
        const held = w.tlbs.translations(get, cpu, vma.mm, vpn);
        if (held.some((pte) => v.pteValid(pte) && v.ptePfn(pte) === frame.pfn)) return `the TLB of cpu${cpu}`;
      }
    }
  }
  return null;
}

/**
 * OWN, where ownership is declared: while a frame has an only owner (a device, by a device-exclusive entry), no
 * CPU and no other device reaches it. A page that a mapping only assumes to be its own is checked by the kernel's
 * observers.
 */
export const ownedAlone: ObserverOf = (w) => {
  /** Owners by number; 0 is nobody. */
  const names = [''];
  const initial = new Map<Frame, number>();
  /** Ghost word per frame: the number of its owner. */
  const cells = new Map<Frame, Cell>();

  const numberOf = (name: string): number => {
    const known = names.indexOf(name);
    return known >= 0 ? known : names.push(name) - 1;
  };
  const ownerOf = (s: StepView, frame: Frame): number => {
    const cell = cells.get(frame);
    return cell === undefined ? 0 : s.get(cell);
  };
  const ownerCells = (frame: Frame): readonly Cell[] => {
    const cell = cells.get(frame);
    return cell === undefined ? [] : [cell];
  };
  /** To become the only owner of a frame also looks at the TLBs. */
  const grantedCells = (frame: Frame): readonly Cell[] => {
    const cell = cells.get(frame);
    return cell === undefined ? [] : [cell, ...w.tlbs.all()];
  };

  return {
    code: 'OWN',
    ownedAtStart: (frame, owner) => void initial.set(frame, numberOf(owner)),
    prepare() {
      // A race that declares no ownership pays nothing.
      if (initial.size === 0 && w.notifiers.length === 0) return;
      const show = (n: number) => names[n] || 'nobody in particular';
      for (const frame of w.frames.all) {
        cells.set(frame, w.ghost(`owner of ${frame.name}`, initial.get(frame) ?? 0, show));
      }
    },
    grantedCells,
    granted(s, frame, name, faults) {
      const cell = cells.get(frame);
      if (cell === undefined) return;
      const me = numberOf(name);
      const owner = s.get(cell);
      const given = `${name} is given ${frame.name} for itself`;
      if (owner !== 0 && owner !== me) faults.fail('OWN', `${given} while ${names[owner]} owns it`);
      const cpu = translates(w, s, frame);
      if (cpu !== null) faults.fail('OWN', `${given} while ${cpu} maps it`);
      s.set(cell, me);
    },
    revokedCells: ownerCells,
    revoked(s, frame, name) {
      const cell = cells.get(frame);
      if (cell !== undefined && s.get(cell) === numberOf(name)) s.set(cell, 0);
    },
    useCells: ({ frame }) => ownerCells(frame),
    use(s, { cpu, vma, access, frame }, faults) {
      const owner = ownerOf(s, frame);
      if (owner === 0 || owner === numberOf(vma.mm.name)) return;
      const does = access === 'load' ? 'loads from' : 'stores to';
      const who = cpu < 0 ? 'the holder of the page' : `cpu${cpu}`;
      faults.fail('OWN', `${who} ${does} ${frame.name}, which ${names[owner]} owns alone`);
    },
    secondaryCells: ({ frame }) => grantedCells(frame),
    secondaryUse(s, { who, frame, exclusive }, faults) {
      if (!cells.has(frame)) return;
      const owner = ownerOf(s, frame);
      if (owner !== 0 && owner !== numberOf(who)) {
        faults.fail('OWN', `${who} uses ${frame.name}, which ${names[owner]} owns alone`);
        return;
      }
      const cpu = exclusive ? translates(w, s, frame) : null;
      if (cpu !== null) faults.fail('OWN', `${who} uses ${frame.name} as its own while ${cpu} maps it`);
    },
  };
};
