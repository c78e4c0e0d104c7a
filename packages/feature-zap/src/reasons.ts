/** Why a mutant does not bite on an architecture, or a race does not exist there. */
import type { ArchReason } from '@racewalk/machine';

/** Entries are loaded whole. */
export const wholeEntries: ArchReason = (arch) =>
  arch.has('splitEntries') ? null : 'one load takes the whole entry, so there are no halves to mix up';

/** The flush waits for a walker with interrupts off. */
export const flushInterrupts: ArchReason = (arch) =>
  arch.has('ipiFlush') ? 'the flush interrupts the walker, so it waits until the walker is through' : null;

/** The flush waits for nobody. */
export const flushDoesNotInterrupt: ArchReason = (arch) =>
  arch.has('ipiFlush')
    ? null
    : 'the flush is a broadcast that interrupts nobody, so nothing here could ever rely on an interrupt';
