/** Which area an address is in. */
import { type Vma, vpnOf } from '@racewalk/core';
import type { Machine } from '@racewalk/machine';
import { number } from '../run/numbers.js';
import type { Value } from '../run/objects.js';
import type { Thread } from '../run/thread.js';

/** The area of an address space that has an address. */
export function areaAt({ world }: Machine, mm: unknown, addr: number): Vma | undefined {
  const vpn = vpnOf(addr);
  return world.vmas.find((vma) => vma.mm === mm && vma.start <= vpn && vpn < vma.end);
}

/** The same; throws where there is none. */
export const mustHave = (th: Thread, mm: Value | undefined, addr: Value | undefined): Vma => {
  const vma = areaAt(th.m, mm, number(th, addr ?? 0n));
  if (vma !== undefined) return vma;
  throw th.error(
    'no area of the race has this address',
    'use the address that the race hands in, or map more pages',
  );
};
