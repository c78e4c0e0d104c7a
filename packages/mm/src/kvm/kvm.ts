/** A hypervisor whose guest runs on the memory of one of its processes. (virt/kvm/kvm_main.c, Linux 6.12) */
import { type Mm, RacewalkError, type Vma } from '@racewalk/core';
import type { Cell, Step } from '@racewalk/core/step';
import type { Machine, Notifier, NotifierRange, World } from '@racewalk/machine';

const COUNTER = Object.freeze({ is: 'counter' });

/** `struct kvm`: the second stage of one guest. Made by a race's `setup`. */
export class Kvm implements Notifier {
  readonly mm: Mm;
  /** `mmu_lock` */
  readonly mmuLock: Cell;
  /** `mmu_invalidate_in_progress`: invalidations between start and end. */
  readonly inProgress: Cell;
  /** `mmu_invalidate_seq`: how many have ended. */
  readonly seq: Cell;

  constructor(
    world: World,
    /** The area of the process whose pages are the guest's memory. */
    readonly user: Vma,
    /** The second stage: page `i` translates the guest frame that page `i` of `user` is. An area of an address space of its own. */
    readonly second: Vma,
    readonly name = 'kvm',
  ) {
    if (second.mm === user.mm || second.end - second.start !== user.end - user.start) {
      throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${name}: ${second.table.name} is no second stage`, {
        expected:
          'an area of another address space (its tag is the VMID), as long as the area of the process',
      });
    }
    this.mm = user.mm;
    this.mmuLock = world.lock(`${name}.mmu_lock`);
    this.inProgress = world.word(`${name}.mmu_invalidate_in_progress`, 0, undefined, COUNTER);
    this.seq = world.word(`${name}.mmu_invalidate_seq`, 0, undefined, COUNTER);
    world.notifiers.push(this);
  }

  *invalidateRangeStart(range: NotifierRange, m?: unknown): Step<void> {
    yield* agentOf(m, this.name).k.kvmMmuNotifierInvalidateRangeStart(this, range);
  }

  *invalidateRangeEnd(range: NotifierRange, m?: unknown): Step<void> {
    yield* agentOf(m, this.name).k.kvmMmuNotifierInvalidateRangeEnd(this, range);
  }
}

/** The kernel's calls come from an agent, with its machine. */
function agentOf(m: unknown, name: string): Machine {
  if (m !== undefined) return m as Machine;
  throw new RacewalkError('RACEWALK_BAD_SCENARIO', `${name} is told by nobody`, {
    expected: 'm.notifier.mmuNotifierInvalidateRangeStart(range)',
  });
}
