/** The operations on entries in memory. Their law: where no one races, an override equals the generic body. */
import type { PteOpName } from '../ops/generic.js';
import type { ContractLevel, ContractRow } from './row.js';

const row = (
  op: PteOpName,
  kernel: string,
  level: ContractLevel,
  context: string,
  says: string,
): ContractRow => ({
  op,
  kernel,
  level,
  context,
  says,
  law: 'generic',
});

const PTL = 'holds the page-table lock';
const LOCKLESS = 'no lock; interrupts off keeps the table alive';
const BATCH =
  'holds the page-table lock; nr >= 1 entries of one table that map consecutive pages of one folio';

export const OP_ROWS: readonly ContractRow[] = [
  row('ptepGet', 'ptep_get', 'entry', PTL, 'reads an entry; young and dirty speak for its whole block'),
  row(
    'ptepGetLockless',
    'ptep_get_lockless',
    'entry',
    LOCKLESS,
    'reads an entry that stood there at some time',
  ),
  row('setPte', 'set_pte', 'entry', PTL, 'stores one raw entry'),
  row('setPteAt', 'set_pte_at', 'entry', PTL, 'stores one entry'),
  row('setPtes', 'set_ptes', 'batch', BATCH, 'stores entries for consecutive frames'),
  row('pteClear', 'pte_clear', 'entry', `${PTL}; nobody else changes the entry`, 'empties an entry'),
  row('ptepClear', 'ptep_clear', 'entry', PTL, 'empties an entry whose value does not matter'),
  row(
    'ptepGetAndClear',
    'ptep_get_and_clear',
    'entry',
    PTL,
    'empties an entry and returns what stood there, losing no update of the hardware',
  ),
  row(
    'ptepGetAndClearFull',
    'ptep_get_and_clear_full',
    'entry',
    `${PTL}; with full the caller empties every entry`,
    'the same, with the promise that the whole address space goes',
  ),
  row(
    'getAndClearFullPtes',
    'get_and_clear_full_ptes',
    'batch',
    BATCH,
    'empties entries and returns the first with young and dirty of all',
  ),
  row('clearFullPtes', 'clear_full_ptes', 'batch', BATCH, 'empties entries whose values do not matter'),
  row(
    'clearNotPresentFullPtes',
    'clear_not_present_full_ptes',
    'batch',
    `${BATCH}; none is present`,
    'empties non-present entries',
  ),
  row(
    'ptepTestAndClearYoung',
    'ptep_test_and_clear_young',
    'entry',
    PTL,
    'makes an entry old and says whether it was young; no flush',
  ),
  row('ptepClearFlushYoung', 'ptep_clear_flush_young', 'entry', PTL, 'the same, and flushes if it was young'),
  row('ptepClearFlush', 'ptep_clear_flush', 'entry', PTL, 'empties an entry and flushes it'),
  row(
    'ptepSetWrprotect',
    'ptep_set_wrprotect',
    'entry',
    PTL,
    'forbids stores and loses no dirty state; no flush',
  ),
  row('wrprotectPtes', 'wrprotect_ptes', 'batch', BATCH, 'the same for several entries'),
  row(
    'ptepSetAccessFlags',
    'ptep_set_access_flags',
    'entry',
    PTL,
    'makes an entry more permissive, never less; flushes if it changed and a store waits',
  ),
  row(
    'ptepModifyProtStart',
    'ptep_modify_prot_start',
    'entry',
    PTL,
    'takes an entry out for a change of protection',
  ),
  row(
    'ptepModifyProtCommit',
    'ptep_modify_prot_commit',
    'entry',
    `${PTL}; after ptep_modify_prot_start`,
    'puts the changed entry back',
  ),
  row(
    'clearYoungDirtyPtes',
    'clear_young_dirty_ptes',
    'batch',
    BATCH,
    'makes entries old, clean, or both; no flush',
  ),
];
