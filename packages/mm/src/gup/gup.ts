/**
 * Pinning a page of the own address space without any lock: interrupts off, read the tables, take a
 * reference, look whether everything is still as it was. @kernel mm/gup.c
 */
import { type Ptep, type PteWord, ptepOf, type Vma, type Vpn } from '@racewalk/core';
import { type AtomicBody, atomic, type Step, type Word } from '@racewalk/core/step';
import {
  type Frame,
  localIrqRestore,
  localIrqSave,
  type Machine,
  MemoryView,
  type Pmd,
  PmdState,
  pmdpGetLockless,
  rcuReadLock,
  rcuReadUnlock,
  reachTable,
} from '@racewalk/machine';
import { addTo, freePage } from '../folio.js';
import { GUP_PIN_COUNTING_BIAS as PIN } from './pin.js';

/** What a lockless walk does; the defaults are the kernel's, anything else is for mutants. */
export interface GupOptions {
  /** The page will be written. @kernel FOLL_WRITE */
  readonly write?: boolean;
  /** Take a pin, not a plain reference. @kernel FOLL_PIN */
  readonly pin?: boolean;
  /** Turn interrupts off for the walk. Default true. */
  readonly irqsOff?: boolean;
  /** Walk in an RCU read section. Default false: with interrupts off it is one anyway. */
  readonly rcu?: boolean;
  /** Look at the leaf entry again once the reference is held. Default true. */
  readonly recheckPte?: boolean;
  /** Look at the upper-level entry again once the reference is held. Default true. */
  readonly recheckPmd?: boolean;
  /** Take the reference even if the count is 0. Default false. */
  readonly evenIfZero?: boolean;
  /** How the leaf entry is read the first time. Default `ptepGetLockless`. */
  readonly load?: (m: Machine, ptep: Ptep) => Step<PteWord>;
}

/** Take a reference unless the count is 0, which means that the folio is free. @kernel try_get_folio */
export function* tryGetFolio(_m: Machine, frame: Frame): Step<boolean> {
  const { refcount } = frame.folio;
  const run: AtomicBody = (mem, base) => {
    const now = mem[base + refcount] ?? 0;
    if (now !== 0) mem[base + refcount] = now + 1;
    return now;
  };
  const show = (o: { readonly result: Word }) => (o.result === 0 ? '→ refused' : `= ${o.result + 1}`);
  return (yield* atomic([refcount], run, { op: 'try_get_folio', text: frame.folio.name }, { show })) !== 0;
}

/** Take a reference to a folio that is known not to be free; UAF where it is. @kernel folio_get */
export function* folioGet(m: Machine, frame: Frame): Step<void> {
  const { refcount, name } = frame.folio;
  const watched = m.world.watches('UAF');
  const run: AtomicBody = (mem, base, faults) => {
    const now = mem[base + refcount] ?? 0;
    if (now === 0 && watched) faults.fail('UAF', `a reference is taken to ${name}, which is free`);
    mem[base + refcount] = now + 1;
    return now;
  };
  yield* atomic([refcount], run, { op: 'folio_get', text: name }, { show: (o) => `= ${o.result + 1}` });
}

/** Give references back; the last one frees the folio. @kernel folio_put_refs */
export function* folioPut(m: Machine, frame: Frame, nr = 1): Step<void> {
  if ((yield* m.k.folioPutRefs(frame.folio, nr)) !== 0) return;
  for (const page of frame.folio.frames) yield* freePage(m, page);
}

/** The caller has the page from here on; observers check that it is one. */
export function* pinned(m: Machine, frame: Frame): Step<void> {
  const watching = m.world.observers.filter((o) => o.pinned !== undefined);
  if (watching.length === 0) return;
  const view = new MemoryView();
  const run: AtomicBody = (mem, base, faults) => {
    for (const o of watching) o.pinned?.(m.world, view.at(mem, base), frame, faults);
    return 0;
  };
  yield* atomic(
    [frame.cell],
    run,
    { op: 'gup_fast', text: `returns ${frame.name}`, does: 'complete' },
    { locked: false },
  );
}

/** Whether an entry lets user code do that. @kernel pte_access_permitted */
export function pteAccessPermitted(m: Machine, pte: PteWord, write: boolean): boolean {
  const { v } = m;
  return v.ptePresent(pte) && !v.pteProtnone(pte) && !v.pteSpecial(pte) && (!write || v.pteWrite(pte));
}

/**
 * The leaf level of the walk: the frame with a reference taken, or null where the slow path must take
 * over. `pmd` is the upper-level entry the table was found by, if the race has that level.
 * @kernel gup_pte_range
 */
export function* gupPteRange(
  m: Machine,
  ptep: Ptep,
  pmd?: Pmd,
  options: GupOptions = {},
): Step<Frame | null> {
  yield* reachTable(m, ptep.table, 'gup_fast');
  const pte = yield* options.load?.(m, ptep) ?? m.pte.ptepGetLockless(ptep);
  if (!m.k.pteAccessPermitted(pte, options.write === true)) return null;
  // From here on the value is acted upon: the reference goes to whatever frame it names.
  yield* m.obtained(ptep, pte);
  const frame = m.world.frames.at(m.v.ptePfn(pte));
  if (frame === undefined) return null;
  if (options.evenIfZero === true) yield* m.k.folioGet(frame);
  else if (!(yield* m.k.tryGetFolio(frame))) return null;
  if (options.pin === true)
    yield* addTo(frame.folio.refcount, PIN - 1, { op: 'try_grab_folio', text: frame.folio.name });
  const same = yield* unchanged(m, ptep, pte, pmd, options);
  if (!same) {
    yield* m.k.folioPut(frame, options.pin === true ? PIN : 1);
    return null;
  }
  yield* pinned(m, frame);
  return frame;
}

/** Whether both levels still say what they said before the reference was taken. */
function* unchanged(
  m: Machine,
  ptep: Ptep,
  pte: PteWord,
  pmd: Pmd | undefined,
  { recheckPte = true, recheckPmd = true }: GupOptions,
): Step<boolean> {
  if (recheckPmd && pmd !== undefined && (yield* pmdpGetLockless(pmd)) !== PmdState.TABLE) return false;
  if (!recheckPte) return true;
  yield* reachTable(m, ptep.table, 'gup_fast');
  return m.v.pteSame(yield* m.pte.ptepGet(ptep), pte);
}

/** Pin the page behind an address, or null where the slow path must take over. @kernel get_user_pages_fast */
export function* getUserPagesFast(
  m: Machine,
  vma: Vma,
  vpn: Vpn,
  options: GupOptions = {},
): Step<Frame | null> {
  const { irqsOff = true, rcu = false } = options;
  const pmd = m.world.pmds.of(vma.table);
  if (irqsOff) yield* localIrqSave(m);
  if (rcu) yield* rcuReadLock(m);
  const there = pmd === undefined || (yield* pmdpGetLockless(pmd)) === PmdState.TABLE;
  const frame = there ? yield* m.k.gupPteRange(ptepOf(vma, vpn), pmd, options) : null;
  if (rcu) yield* rcuReadUnlock(m);
  if (irqsOff) yield* localIrqRestore(m);
  return frame;
}

/** What stands in the kernel's table. */
export const GUP = {
  tryGetFolio,
  folioGet,
  folioPut,
  pteAccessPermitted,
  gupPteRange,
  getUserPagesFast,
} as const;

type GupFunctions = typeof GUP;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends GupFunctions {}
}
