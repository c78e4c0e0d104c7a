/** What releases of Linux do on arm64 where the plug-in's own bodies are others. */
import type { ArchSpec } from '@racewalk/core';
import { locklessWholeBlock } from './lockless.js';

type Releases = NonNullable<ArchSpec['linux']>;

const LOCKLESS: Releases[number]['kernel'] = {
  file: 'arch/arm64/mm/contpte.c',
  functions: ['contpte_ptep_get_lockless'],
};

const WHY =
  'a reader in an interrupt on the CPU that clears the block waits for entries that only this CPU can clear';

/** For both plug-ins. */
export const LINUX: Releases = Object.freeze([
  {
    release: '6.12',
    what: 'the lockless reader starts again until every entry of the block is valid',
    kernel: LOCKLESS,
    known:
      'the check stands in every release since 6.9 that was looked at; the thread of November 2023 (seed 000) asks for care with half-cleared blocks here, and no repair was found',
    outcomes: [
      { tests: ['contpte/lockless-vs-half-cleared'], breaks: 'LIVE', why: WHY },
      {
        tests: [
          'contpte/lockless-vs-refill',
          'contpte/fold-vs-lockless',
          'contpte/unfold-vs-lockless',
          'fork-batch/lockless-vs-wrprotect',
        ],
        why: 'the writer is on another CPU and goes on, so the reader starts again only while it does',
      },
    ],
    patch: { ptepGetLockless: locklessWholeBlock },
  },
  {
    release: '6.7+contpte-v2',
    what: 'the patch as posted: its diff leaves the lockless reader as it is, which insists on a whole block',
    kernel: LOCKLESS,
    known:
      'the mail of 28 November 2023 (seed 000) says that the same goes for ptep_get_lockless(), but its diff does not touch contpte_ptep_get_lockless(); the patch was not merged, 6.9 has get_and_clear_full_ptes() instead',
    outcomes: [{ tests: ['contpte/lockless-vs-half-cleared'], breaks: 'LIVE', why: WHY }],
    patch: { ptepGetLockless: locklessWholeBlock },
  },
]);
