/** What races of a hypervisor start from: a guest that runs on the memory of a process. */
import { type AddressSpace, addrOf, type Vma } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import { GuestCpu, type Machine, type World } from '@racewalk/machine';
import type { Folio } from '../folio-table.js';
import { linux } from '../linux.js';
import { Kvm } from './kvm.js';

/** A guest, the area of the process that is its memory, and the first page of that. */
export interface Guest {
  readonly kvm: Kvm;
  readonly user: Vma;
  readonly page: Folio;
}

/** How a guest is set up. */
export interface GuestSpec {
  /** Pages of its memory, of which the first is there. Default 1. */
  readonly pages?: number;
  /** Whether the second stage maps it. Default true. */
  readonly mapped?: boolean;
  /** The memory is a file. Default anonymous. */
  readonly mapping?: AddressSpace;
}

/** A guest with one page, which the process maps. Called by `setup`. */
export function guestOf(w: World, { pages = 1, mapped = true, mapping }: GuestSpec = {}): Guest {
  const user = w.vma({ pages, name: 'user', ...(mapping && { mapping, shared: true }) });
  const second = w.vma({ pages, name: 'stage2', mm: w.mm('vmid') });
  const page = linux(w).folio({ name: 'page', pages: 1 });
  linux(w).mapFolio(user, page, { young: true, dirty: true });
  if (mapped) w.mapFrames(second, page, { young: true, dirty: true });
  return { kvm: new Kvm(w, user, second), user, page };
}

/** The host takes all of the guest's memory away, as munmap and madvise do. */
export function* zapGuest(m: Machine, { user }: Guest): Step<void> {
  const start = addrOf(user.start);
  yield* m.k.zapPageRangeSingle(user, start, addrOf(user.end) - start, null);
}

/** A virtual CPU loads from its first page, if the second stage has that. */
export function* guestLoads(m: Machine, { kvm }: Guest): Step<void> {
  const stages = { guest: null, second: kvm.second, secondOptions: { faults: false } };
  yield* new GuestCpu(m, stages).load(0);
}
