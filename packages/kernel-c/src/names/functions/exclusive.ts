/** Device-exclusive entries: given, and taken back. */
import { addrOf, type Ptep, type PteWord, type Vaddr, type Vma, type Vpn, vpnOf } from '@racewalk/core';
import type { Frame } from '@racewalk/machine';
import type { ExclusiveFault, MakeExclusiveArgs } from '@racewalk/mm';
import { number } from '../../run/numbers.js';
import { CStruct, type Value } from '../../run/objects.js';
import { asFrame, asPtep, asVma } from '../cast.js';
import { exchanged, type Helper, stepHelper } from '../helper.js';
import { faultOf } from './fault.js';
import { headOf, memberOf } from './values.js';

/** include/linux/mm_types.h. */
const VM_FAULT_RETRY = 0x400n;

const of = (vmf: Value | undefined, member: string): never => memberOf(vmf, member) as never;

/** Everything of this file. */
export const EXCLUSIVE_NAMES: readonly Helper[] = [
  exchanged('remove_device_exclusive_entry(any):int', {
    given([fault], m) {
      const vmf = fault as ExclusiveFault;
      return [faultOf(m, vmf, vmf.page, vmf.flags)];
    },
    answer: (value) => ((value as bigint) & VM_FAULT_RETRY) === 0n,
    *call(th, [vmf]) {
      const done = yield* th.m.k.removeDeviceExclusiveEntry({
        vma: of(vmf, 'vma'),
        ptep: of(vmf, 'pte'),
        page: of(vmf, 'page'),
        origPte: of(vmf, 'orig_pte'),
        flags: number(th, of(vmf, 'flags')),
      });
      return done ? 0n : VM_FAULT_RETRY;
    },
  }),
  exchanged('restore_exclusive_pte(vma,page,addr,ptep)', {
    // The machine hands in the entry that was found, and no address.
    given: ([vma, page, ptep]) => [
      vma as Vma,
      page as object,
      BigInt(addrOf((ptep as Ptep).vpn)),
      ptep as Ptep,
    ],
    *call(th, [vma, page, , ptep]) {
      const at = asPtep(ptep);
      const origPte = yield* th.m.pte.ptepGet(at);
      yield* th.m.k.restoreExclusivePte(asVma(vma), asFrame(page), at, origPte);
      return 0n;
    },
  }),
  exchanged('try_restore_exclusive_pte(ptep,vma,addr):int', {
    given: ([ptep, vma]) => [ptep as Ptep, vma as Vma, BigInt(addrOf((ptep as Ptep).vpn))],
    answer: (value) => value === 0n,
    *call(th, [ptep, vma]) {
      const from = asPtep(ptep);
      const origPte: PteWord = yield* th.m.pte.ptepGet(from);
      return (yield* th.m.k.tryRestoreExclusivePte(from, asVma(vma), origPte)) ? 0n : -16n;
    },
  }),
  exchanged('page_make_device_exclusive_one(folio,vma,addr,any):bool', {
    given([page, vma, vpn, args]) {
      const { mm, address, owner, valid } = args as MakeExclusiveArgs;
      const members = { mm, address: BigInt(addrOf(address)), owner, valid: valid ? 1n : 0n };
      return [
        (page as Frame).folio,
        vma as Vma,
        BigInt(addrOf(vpn as Vpn)),
        new CStruct('make_exclusive_args', members, 'args'),
      ];
    },
    answer(_value, given, args) {
      if ((args[3] as CStruct).members.valid !== 0n) (given[3] as MakeExclusiveArgs).valid = true;
    },
    *call(th, [folio, vma, addr, priv]) {
      const { members } = priv as CStruct;
      const page = headOf(folio);
      const args: MakeExclusiveArgs = {
        mm: members.mm as never,
        address: vpnOf(number(th, members.address ?? 0n) as Vaddr),
        owner: String(members.owner),
        valid: members.valid !== 0n,
      };
      const vpn = vpnOf(number(th, addr ?? 0n));
      yield* th.m.k.pageMakeDeviceExclusiveOne(page, asVma(vma), vpn, args);
      members.valid = args.valid ? 1n : 0n;
      return 1n;
    },
  }),
  stepHelper(
    'folio_lock_or_retry(folio,any):int',
    'waits for the lock, or gives up',
    function* (th, [folio, vmf]) {
      const page = headOf(folio);
      return (yield* th.m.k.lockPageOrRetry(page, number(th, of(vmf, 'flags')))) ? 0n : VM_FAULT_RETRY;
    },
  ),
];
