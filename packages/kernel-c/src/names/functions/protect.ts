/** The loop of `change_pte_range`, and what it asks. */
import { vpnOf } from '@racewalk/core';
import type { ChangeProt } from '@racewalk/mm';
import { number } from '../../run/numbers.js';
import { asGather, asVma } from '../cast.js';
import { exchanged, type Helper, pureHelper } from '../helper.js';
import { loopOf } from './upper.js';

/** include/linux/mm.h. */
const MM_CP_PROT_NUMA = 2n;

/** Everything of this file. */
export const PROTECT_NAMES: readonly Helper[] = [
  exchanged('change_pte_range(tlb,vma,any,addr,addr,pte,ulong):long', {
    given(given, m) {
      const { prot, protNuma } = given[4] as ChangeProt;
      return [
        ...loopOf(m, given),
        protNuma === true ? m.v.protNone() : m.v.mkProt(prot),
        protNuma === true ? MM_CP_PROT_NUMA : 0n,
      ];
    },
    answer: (value) => Math.max(0, Number(value)),
    *call(th, [tlb, vma, , start, end, , flags]) {
      const area = asVma(vma);
      const protNuma = (number(th, flags ?? 0n) & Number(MM_CP_PROT_NUMA)) !== 0;
      const change = protNuma ? { prot: area.prot, protNuma } : { prot: area.prot };
      const [from, to] = [vpnOf(number(th, start ?? 0n)), vpnOf(number(th, end ?? 0n))];
      return BigInt(yield* th.m.k.changePteRange(asGather(tlb), area, from, to, change));
    },
  }),
  pureHelper('pte_needs_flush(pte,pte):bool', 'always: no architecture of the model does without', () => 1n),
  pureHelper(
    'userfaultfd_wp_use_markers(vma):bool',
    'markers where a file is write-protected',
    (_th, [vma]) => (asVma(vma).flags.uffdWp === true && asVma(vma).mapping !== null ? 1n : 0n),
  ),
  // Balancing between nodes: the model has one task on another node than its pages.
  pureHelper('numa_node_id():int', 'the node of the task', () => 1n),
  pureHelper('folio_nid(folio):int', 'the node of a page', () => 0n),
  pureHelper('node_is_toptier(int):bool', 'all memory is equally fast', () => 0n),
  pureHelper('folio_use_access_time(folio):bool', 'all memory is equally fast', () => 0n),
  pureHelper('folio_xchg_access_time(folio,any):int', 'all memory is equally fast', () => 0n),
  pureHelper('jiffies_to_msecs(any):int', 'the model has no clock', () => 0n),
];
