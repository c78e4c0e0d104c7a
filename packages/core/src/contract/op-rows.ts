/** The operations on entries in memory. Their law: where no one races, an override equals the generic body. */
import type { PteOpName } from '../ops/generic.js';
import { kernelName } from '../ops/kernel-name.js';
import type { ContractLevel, ContractRow } from './row.js';

const rows =
  (level: ContractLevel, usual: string) =>
  (op: PteOpName, says: string, context = usual): ContractRow => ({
    op,
    kernel: kernelName(op),
    level,
    context,
    says,
    law: 'generic',
  });

const PTL = 'holds the page-table lock';
const LOCKLESS = 'no lock; interrupts off keeps the table alive';
const BATCH =
  'holds the page-table lock; nr >= 1 entries of one table that map consecutive pages of one folio';

const entry = rows('entry', PTL);
const batch = rows('batch', BATCH);

export const OP_ROWS: readonly ContractRow[] = [
  entry('ptepGet', 'reads an entry; young and dirty speak for its whole block'),
  entry('ptepGetLockless', 'reads an entry that stood there at some time', LOCKLESS),
  entry('setPte', 'stores one raw entry'),
  entry('setPteAt', 'stores one entry'),
  batch('setPtes', 'stores entries for consecutive frames'),
  entry('pteClear', 'empties an entry', `${PTL}; nobody else changes the entry`),
  entry('ptepClear', 'empties an entry whose value does not matter'),
  entry('ptepGetAndClear', 'empties an entry and returns what stood there, losing no update of the hardware'),
  entry(
    'ptepGetAndClearFull',
    'the same, with the promise that the whole address space goes',
    `${PTL}; with full the caller empties every entry`,
  ),
  batch('getAndClearFullPtes', 'empties entries and returns the first with young and dirty of all'),
  batch('clearFullPtes', 'empties entries whose values do not matter'),
  batch('clearNotPresentFullPtes', 'empties non-present entries', `${BATCH}; none is present`),
  entry('ptepTestAndClearYoung', 'makes an entry old and says whether it was young; no flush'),
  entry('ptepClearFlushYoung', 'the same, and flushes if it was young'),
  entry('ptepClearFlush', 'empties an entry and flushes it'),
  entry('ptepSetWrprotect', 'forbids stores and loses no dirty state; no flush'),
  batch('wrprotectPtes', 'the same for several entries'),
  entry(
    'ptepSetAccessFlags',
    'makes an entry more permissive, never less; flushes if it changed and a store waits',
  ),
  entry('ptepModifyProtStart', 'takes an entry out for a change of protection'),
  entry('ptepModifyProtCommit', 'puts the changed entry back', `${PTL}; after ptep_modify_prot_start`),
  batch('clearYoungDirtyPtes', 'makes entries old, clean, or both; no flush'),
];
