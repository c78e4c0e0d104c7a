/** Access to entries that names the operation of each step, from the machine's stack. */
import type { EntryAccess, HalvesAccess, Ptep, PteWord } from '@racewalk/core';
import type { Step, Word } from '@racewalk/core/step';

/** The machine whose steps they are. */
export interface Named {
  readonly op: string;
}

/** One class of operations serves both upper levels, under the names of the PMD. */
const nameAt = ({ op }: Named, { table }: Ptep): string =>
  table.level === 'pud' ? op.replace('pmd', 'pud') : op;

/** Whole entries. */
class NamedEntries implements EntryAccess {
  constructor(
    protected readonly m: Named,
    protected readonly raw: EntryAccess & Partial<HalvesAccess>,
  ) {}

  readOnce(ptep: Ptep, op = nameAt(this.m, ptep)): Step<PteWord> {
    return this.raw.readOnce(ptep, op);
  }

  writeOnce(ptep: Ptep, pte: PteWord, op = nameAt(this.m, ptep)): Step<void> {
    return this.raw.writeOnce(ptep, pte, op);
  }

  xchg(ptep: Ptep, pte: PteWord, op = nameAt(this.m, ptep)): Step<PteWord> {
    return this.raw.xchg(ptep, pte, op);
  }

  cmpxchg(ptep: Ptep, old: PteWord, pte: PteWord, op = nameAt(this.m, ptep)): Step<PteWord> {
    return this.raw.cmpxchg(ptep, old, pte, op);
  }

  update(ptep: Ptep, change: (pte: PteWord) => PteWord, op = nameAt(this.m, ptep)): Step<PteWord> {
    return this.raw.update(ptep, change, op);
  }
}

/** Entries in two halves. */
class NamedHalves extends NamedEntries implements HalvesAccess {
  constructor(
    m: Named,
    private readonly halves: HalvesAccess,
  ) {
    super(m, halves);
  }

  readLow(ptep: Ptep, op = nameAt(this.m, ptep)): Step<Word> {
    return this.halves.readLow(ptep, op);
  }

  readHigh(ptep: Ptep, op = nameAt(this.m, ptep)): Step<Word> {
    return this.halves.readHigh(ptep, op);
  }

  writeLow(ptep: Ptep, pte: PteWord, op = nameAt(this.m, ptep)): Step<void> {
    return this.halves.writeLow(ptep, pte, op);
  }

  writeHigh(ptep: Ptep, pte: PteWord, op = nameAt(this.m, ptep)): Step<void> {
    return this.halves.writeHigh(ptep, pte, op);
  }

  clearHalves(ptep: Ptep, op = nameAt(this.m, ptep)): Step<void> {
    return this.halves.clearHalves(ptep, op);
  }

  smpWmb(): Step<void> {
    return this.halves.smpWmb();
  }

  smpRmb(): Step<void> {
    return this.halves.smpRmb();
  }
}

/** The accesses of one agent. */
export function namedEntries(
  m: Named,
  raw: EntryAccess & Partial<HalvesAccess>,
): EntryAccess & Partial<HalvesAccess> {
  return raw.clearHalves === undefined ? new NamedEntries(m, raw) : new NamedHalves(m, raw as HalvesAccess);
}
