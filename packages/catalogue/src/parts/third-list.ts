/** More historical races, each tried first as a file for `racewalk check` from the documents and the published types. */
import type { Entry } from '../entry.js';

type Row = Omit<Entry, 'grade' | 'needs' | 'decidedBy'> & {
  readonly test: string;
  readonly broken: readonly string[];
  readonly needs?: Entry['needs'];
};

/** Identifier and title of each were found in public text. */
const entry = ({ test, broken, needs = [[]], ...row }: Row): Entry => ({
  ...row,
  grade: 'H',
  needs,
  decidedBy: [{ test, broken }],
});

export const PART_I: readonly Entry[] = Object.freeze([
  entry({
    id: 'I1',
    name: 'middle-of-switch',
    title: 'A flush leaves out a CPU that is in the middle of a switch',
    source: 'CVE-2025-37964 (6.15)',
    breaks: ['UAF'],
    where:
      'where hardware may walk ahead of user code; the protocol, in which flushes go by what each CPU says it has loaded, is that of x86',
    needs: [['speculativeFill']],
    test: 'tags/middle-of-switch',
    broken: ['by-what-is-loaded'],
  }),
  entry({
    id: 'I2',
    name: 'vmap-full-blocks',
    title: 'A flush of what is owed passes over blocks that are full',
    source: 'Linux fc1e0d980037 (6.5)',
    breaks: ['UAF'],
    where: 'everywhere',
    test: 'kernel/lazy-unmap',
    broken: ['passes-over-full'],
  }),
  entry({
    id: 'I3',
    name: 'merge-to-block',
    title: 'A table of a second stage becomes a block, and one page of it is invalidated',
    source: 'Linux 3a0b870e3448 (5.10)',
    breaks: ['CONT', 'STALE'],
    where: 'everywhere with a second stage',
    test: 'kvm/merge-to-block',
    broken: ['one-page'],
  }),
  entry({
    id: 'I4',
    name: 'device-page-livelock',
    title: 'Two faults want a page back from a device, and neither gets it',
    source: 'Linux 1afaeb8293c9 (6.15)',
    breaks: ['LIVE'],
    where: 'everywhere',
    test: 'pages/move-home',
    broken: ['reference-first'],
  }),
  entry({
    id: 'I5',
    name: 'dirty-ring-order',
    title: 'An entry of a dirty ring is seen as full before it is',
    source: 'Linux 8929bc965964 (6.1)',
    breaks: ['DIRTY'],
    needs: 'weak',
    where: 'weakly ordered CPUs',
    test: 'kvm/dirty-ring',
    broken: ['no-release', 'no-acquire'],
  }),
  entry({
    id: 'I6',
    name: 'global-by-address',
    title: 'An invalidation by address leaves global translations',
    source: 'Linux ce0b15d11ad8 (6.4)',
    breaks: ['UAF'],
    where: 'where an invalidation by address leaves global translations (some x86 processors, with PCIDs)',
    test: 'tags/global-by-address',
    broken: ['leaves-global'],
  }),
]);
