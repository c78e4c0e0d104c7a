/** What releases of Linux do on arm64 where the plug-in's own bodies are others. */
import { type ArchSpec, patchOf } from '@racewalk/core';
import { GatheredFlags } from './access-flags.js';
import { locklessWholeBlock } from './lockless.js';

type Releases = NonNullable<ArchSpec['linux']>;

const LOCKLESS: Releases[number]['kernel'] = {
  file: 'arch/arm64/mm/contpte.c',
  functions: ['contpte_ptep_get_lockless'],
};

const WHY =
  'a reader in an interrupt on the CPU that clears the block waits for entries that only this CPU can clear';

/** For both plug-ins; one of them has hardware that sets flags. */
export const linuxReleases = (hardwareFlags: boolean): Releases => [
  {
    release: '6.12',
    what: 'the lockless reader starts again until every entry of the block is valid, and ptep_set_access_flags does nothing if the block as a whole has the flags',
    kernel: {
      file: 'arch/arm64/mm/contpte.c',
      functions: ['contpte_ptep_get_lockless', 'contpte_ptep_set_access_flags'],
    },
    known:
      'contpte_ptep_set_access_flags() was repaired in 7.0-rc3 (97c5550b7631) and in stable trees; the reader was not: its check stands in every release since 6.9 that was looked at; the thread of November 2023 (seed 000) asks for care with half-cleared blocks here, and no repair was found',
    outcomes: [
      {
        tests: ['contpte/lockless-vs-half-cleared'],
        breaks: 'LIVE',
        why: WHY,
        functions: ['contpte_ptep_get_lockless'],
      },
      {
        tests: ['contpte/lockless-vs-refill', 'contpte/fold-vs-lockless', 'contpte/unfold-vs-lockless'],
        why: 'the writer is on another CPU and goes on, so the reader starts again only while it does',
        functions: ['contpte_ptep_get_lockless'],
      },
      {
        tests: ['access-flags/sva-contpte'],
        functions: ['contpte_ptep_set_access_flags'],
        ...(hardwareFlags
          ? {
              breaks: 'LIVE',
              why: 'the CPU has set the flags in another entry of the block, so nothing is done, and the device faults for ever',
            }
          : { why: 'without hardware flags a fault sets them in every entry of the block' }),
      },
    ],
    patch: { ptepGetLockless: locklessWholeBlock, ...patchOf(GatheredFlags, ['ptepSetAccessFlags']) },
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
];
