/** A machine without memory: operations are made for it and inspected, never run. */
import { RacewalkError } from '../errors.js';
import type { EntryAccess } from '../ops/entry-access.js';
import type { EntryMachine } from '../ops/entry-machine.js';
import type { TlbHardware } from '../ops/tlb.js';
import { opsOf } from './ops-of.js';
import type { ArchPlugin } from './plugin.js';

const never = (): never => {
  throw new RacewalkError('RACEWALK_BAD_OVERRIDE', 'an operation was run while the plug-in was being made', {
    expected: 'constructors of operations that take no steps',
  });
};

const entries: EntryAccess = {
  readOnce: never,
  writeOnce: never,
  xchg: never,
  cmpxchg: never,
  update: never,
};

/** The machine's TLB part, to inspect what a plug-in makes of it. */
export const stubTlb: TlbHardware = {
  flushTlbPage: never,
  flushTlbRange: never,
  flushTlbMm: never,
  flushTlbRangeNosync: never,
  localFlushTlbPage: never,
  flushTlbFixSpuriousFault: never,
  updateAndFlush: never,
  updateAndFlushAtOnce: never,
  flushDevices: never,
  dsb: never,
  dsbIshst: never,
};

/** The machine of an architecture, to inspect its operations. */
export function stubMachine(arch: ArchPlugin): EntryMachine {
  const ops = opsOf(arch);
  const m: EntryMachine = {
    op: '',
    v: arch.values,
    p: arch.pmd,
    hugeValues: arch.huge,
    contPtes: arch.cont?.ptes ?? 1,
    entries,
    tlb: stubTlb,
    get pte() {
      return ops.pte(m);
    },
    get pmd() {
      return ops.upper(m, 'pmd');
    },
    get pud() {
      return ops.pud(ops.upper(m, 'pud'));
    },
    get huge() {
      return ops.huge(m);
    },
    upper: (level) => ops.upper(m, level),
    areaOf: never,
    hpagePages: never,
    isOneFolio: never,
  };
  return m;
}
