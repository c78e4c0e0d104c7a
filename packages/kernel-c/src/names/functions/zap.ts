/** The loop of `zap_pte_range`, and what it asks. */
import { addrOf, type Ptep, type Vaddr, type Vma, vpnOf } from '@racewalk/core';
import type { ZapDetails } from '@racewalk/mm';
import { number } from '../../run/numbers.js';
import type { Value } from '../../run/objects.js';
import { asEntry, asGather, asMm, asVma } from '../cast.js';
import { exchanged, type Helper, pureHelper, stepHelper } from '../helper.js';
import { numbersOf } from './through.js';
import { has, loopOf } from './upper.js';

const details = (d: Value | undefined): ZapDetails | null => (d ?? null) as unknown as ZapDetails | null;

/** Everything of this file. */
export const ZAP_NAMES: readonly Helper[] = [
  exchanged('zap_pte_range(tlb,vma,any,addr,addr,any):ulong', {
    given: (given, m) => [...loopOf(m, given), (given[4] ?? null) as Value],
    answer: (value) => vpnOf(Number(value) as Vaddr),
    *call(th, [tlb, vma, , start, end, d]) {
      const [from, to] = [vpnOf(number(th, start ?? 0n)), vpnOf(number(th, end ?? 0n))];
      const at = yield* th.m.k.zapPteRange(asGather(tlb), asVma(vma), from, to, details(d));
      return BigInt(addrOf(at));
    },
  }),
  ...[
    'zap_install_uffd_wp_if_needed(vma,addr,ptep,n,any,pte)',
    'pte_install_uffd_wp_if_needed(vma,addr,ptep,pte)',
  ].map((line) =>
    stepHelper(line, 'leaves a marker where userfaultfd had write-protected', function* (th, args) {
      const [vma, , ptep] = args as unknown as [Vma, bigint, Ptep];
      const all = args.length > 4;
      const nr = all ? number(th, args[3] ?? 1n) : 1;
      const old = asEntry(args.at(-1));
      yield* th.m.k.zapInstallUffdWpIfNeeded(vma, ptep, nr, all ? details(args[4]) : null, old);
      return 0n;
    }),
  ),
  stepHelper('add_mm_rss_vec(mm,any)', 'counts pages of an address space', function* (th, [mm, rss]) {
    const delta = numbersOf(rss).reduce((sum, x) => sum + x, 0n);
    if (delta !== 0n && has(th, 'addMmCounter')) yield* th.m.k.addMmCounter(asMm(mm), Number(delta));
    return 0n;
  }),
  ...(['add', 'inc', 'dec'] as const).map((how) => {
    const line = how === 'add' ? 'add_mm_counter(mm,int,long)' : `${how}_mm_counter(mm,int)`;
    return stepHelper(line, 'counts pages of an address space', function* (th, [mm, , by]) {
      const delta = how === 'add' ? Number(by ?? 0n) : how === 'inc' ? 1 : -1;
      if (has(th, 'addMmCounter')) yield* th.m.k.addMmCounter(asMm(mm), delta);
      return 0n;
    });
  }),
  pureHelper(
    'need_resched():bool',
    'the loop is not interrupted: others may run between any two steps',
    () => 0n,
  ),
];
