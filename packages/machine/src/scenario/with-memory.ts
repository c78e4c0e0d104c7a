/** A plug-in under another memory order than its own. */
import type { ArchPlugin } from '@racewalk/core';
import type { MemoryModelName } from '@racewalk/core/step';

/** What each memory order leaves out, where it is not an architecture's own. */
const OMITTED: { readonly [name in MemoryModelName]: readonly string[] } = {
  sc: ['store buffers: every store is seen at once'],
  tso: ['stores of one CPU that others see in another order than they were made'],
  weak: [
    'loads that are reordered with later stores (110 of 1 993 litmus tests differ)',
    'walks and user loads that are made before earlier loads of their CPU: each is made where it stands',
    'a load that waits for a value (await) and is not an acquire',
    'atomic operations on several words, set_bit and locks that others see later than stores after them',
    'a failed or successful compare-and-exchange of an entry that others see later: it takes effect at once',
    'exceptions and returns from them that overtake stores: all stores of the CPU have arrived',
    'the order of user stores: each takes effect at once',
    'a full barrier that is no DSB orders TLBI and walks, too',
    'interrupts for a flush, and invalidations of the own CPU, that overtake stores: all stores of the CPU have arrived',
    'a TLBI that stores overtake and that completes before its DSB, but at once or there',
  ],
};

/** So a plug-in says that its own order is not the one of its hardware. */
const EXPLORED = 'explored under sequential consistency';

/** Whether a plug-in is explored in order although its hardware reorders loads and stores. */
export const inOrderOnly = ({
  memory,
  omits,
}: {
  readonly memory: string;
  readonly omits: readonly string[];
}): boolean => memory === 'sc' && omits.some((line) => line.includes(EXPLORED));

/** Plug-ins whose order was asked for. */
const asked = new WeakSet<ArchPlugin>();

const made = new WeakMap<ArchPlugin, Map<MemoryModelName, ArchPlugin>>();

/**
 * `arch` with memory order `memory`; itself if that is its own. The same object every time. A plug-in that is explored in order
 * although its hardware reorders is another one if `sc` is asked for: a race with an order of its own then leaves it so.
 */
export function withMemory(arch: ArchPlugin, memory: MemoryModelName | undefined): ArchPlugin {
  if (memory === undefined || (memory === arch.memory && (asked.has(arch) || !inOrderOnly(arch))))
    return arch;
  const known = made.get(arch) ?? new Map<MemoryModelName, ArchPlugin>();
  made.set(arch, known);
  const kept = arch.omits.filter((line) => !line.includes(EXPLORED));
  const omits = memory === arch.memory ? arch.omits : [...kept, ...OMITTED[memory]];
  const other = known.get(memory) ?? Object.freeze({ ...arch, memory, omits });
  known.set(memory, other);
  asked.add(other);
  return other;
}

/** `arch` in the order that a race is about (`Scenario.memory`), unless an order was asked for or its hardware keeps more. */
export const inOrderOf = ({ memory }: { readonly memory?: 'weak' }, arch: ArchPlugin): ArchPlugin =>
  memory !== undefined && inOrderOnly(arch) && !asked.has(arch) ? withMemory(arch, memory) : arch;
