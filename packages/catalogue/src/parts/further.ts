/** Historical races that the list of 66 does not have, written from the documents and the list of exports alone. */
import type { Capability } from '@racewalk/core';
import type { Entry } from '../entry.js';

type Row = Omit<Entry, 'grade' | 'needs' | 'decidedBy'> & {
  readonly test: string;
  readonly broken: readonly string[];
  readonly needs?: readonly (readonly Capability[])[];
};

/** Identifier and title of each were found in public text. */
const entry = ({ test, broken, needs = [[]], ...row }: Row): Entry => ({
  ...row,
  grade: 'H',
  needs,
  decidedBy: [{ test, broken }],
});

export const PART_H: readonly Entry[] = Object.freeze([
  entry({
    id: 'H1',
    name: 'vmid-generation',
    title: 'A new generation of guest tags is seen before the tag',
    source: 'Linux f0cf47d939d0 (4.17)',
    breaks: ['STALE'],
    needs: [['spaceTags']],
    where: 'where guests have tags',
    test: 'kvm/vmid-generation',
    broken: ['generation-first'],
  }),
  entry({
    id: 'H2',
    name: 'mask-cleared',
    title: 'A CPU leaves the mask of an address space and keeps its tagged translations',
    source: 'Linux 82dd33fde026 (6.3)',
    breaks: ['UAF'],
    needs: [['spaceTags']],
    where: 'where translations carry tags',
    test: 'tags/mask-cleared',
    broken: ['takes-itself-out'],
  }),
  entry({
    id: 'H3',
    name: 'device-attach',
    title: 'A device attaches while flushes are kept to the CPUs',
    source: 'Linux 03b8abedf4f4 (4.14)',
    breaks: ['UAF'],
    where: 'everywhere with a device that is flushed only if it is counted',
    test: 'sva/attach',
    broken: ['not-counted', 'looks-first'],
  }),
  entry({
    id: 'H4',
    name: 'collapse-notifies',
    title: 'A collapse of file pages tells no second stage',
    source: 'Linux f268f6cf875f (6.1)',
    breaks: ['UAF'],
    where: 'everywhere',
    test: 'kvm/collapse-notifies',
    broken: ['tells-nobody'],
  }),
  entry({
    id: 'H5',
    name: 'zap-yields',
    title: 'A lock is given away with a flush of the second stage still owed',
    source: 'Linux a835429cda91, 048f49809c52 (5.12)',
    breaks: ['UAF'],
    where: 'everywhere',
    test: 'kvm/zap-yields',
    broken: ['flushes-later'],
  }),
  entry({
    id: 'H6',
    name: 'guest-entry-by-frame',
    title: 'An emulated walker writes to an entry of the guest by its frame',
    source: 'CVE-2022-1158, Linux 2a8859f373b0 (5.18)',
    breaks: ['UAF'],
    where: 'everywhere',
    test: 'kvm/guest-entry-by-frame',
    broken: ['by-frame'],
  }),
  entry({
    id: 'H7',
    name: 'thp-map-counts',
    title: 'Two counts of a compound page are added up while one turns into the other',
    source: 'CVE-2020-29368, Linux c444eb564fb1 (5.8)',
    breaks: ['OWN'],
    where: 'everywhere with huge pages',
    test: 'pages/map-counts',
    broken: ['unlocked'],
  }),
  entry({
    id: 'H8',
    name: 'flush-queue',
    title: 'A page is freed after a flush that began before it was queued',
    source: 'drivers/iommu/iova.c (4.14)',
    breaks: ['UAF'],
    where: 'everywhere with a queue of unmappings',
    test: 'sva/flush-queue',
    broken: ['asks-not-when'],
  }),
  entry({
    id: 'H9',
    name: 'pfn-cache',
    title: 'A frame is remembered as valid after the invalidation that should have said otherwise',
    source: 'Linux 58cd407ca4c6 (5.19)',
    breaks: ['UAF'],
    where: 'everywhere',
    test: 'kvm/pfn-cache',
    broken: ['asks-not'],
  }),
  entry({
    id: 'H10',
    name: 'kernel-unmap-sync',
    title: 'A table of the kernel is freed that roots of processes lead to',
    source: 'Linux 8e998fc24de4 (5.3)',
    breaks: ['PTUAF'],
    where: 'everywhere with a root for each address space',
    test: 'tables/kernel-unmap',
    broken: ['no-sync'],
  }),
  entry({
    id: 'H11',
    name: 'ptdump-vmap-huge',
    title: 'Tables of the kernel are read without a lock while one is freed',
    source: 'Linux fa93b45fd397 (6.18)',
    breaks: ['PTUAF'],
    where: 'everywhere',
    test: 'kernel/ptdump',
    broken: ['no-lock'],
  }),
  entry({
    id: 'H12',
    name: 'retract-vs-anon',
    title: 'A table is given up that a fault has put an anonymous page into',
    source: 'Linux 023f47a8250c (6.2)',
    breaks: ['RMAP'],
    where: 'everywhere with huge pages of files',
    test: 'rmap/retract-vs-anon',
    broken: ['looks-once'],
  }),
]);
