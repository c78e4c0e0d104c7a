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

/** What a plug-in leaves out by its memory order. */
export const memoryOmissions = (memory: string): readonly string[] =>
  OMITTED[memory as MemoryModelName] ?? [];

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

/** Whether a race may be explored in another order than a plug-in says. */
const mayDiffer = (arch: ArchPlugin): boolean => arch.memory === 'weak' || inOrderOnly(arch);

/** What a plug-in whose hardware reorders leaves out where it is explored in another order. */
const omitsIn = (arch: ArchPlugin, memory: MemoryModelName): readonly string[] => {
  const kept = arch.omits.filter((line) => !line.includes(EXPLORED));
  const reorders = mayDiffer(arch) && memory === 'sc';
  return reorders ? [...kept, `the order of its hardware, which is weaker: ${EXPLORED}`] : kept;
};

/**
 * `arch` with memory order `memory`; itself if that is its own. The same object every time. A plug-in of which a race may be
 * explored in another order is another one if its own is asked for: then every race is explored in it.
 */
export function withMemory(arch: ArchPlugin, memory: MemoryModelName | undefined): ArchPlugin {
  if (memory === undefined || (memory === arch.memory && (asked.has(arch) || !mayDiffer(arch)))) return arch;
  const known = made.get(arch) ?? new Map<MemoryModelName, ArchPlugin>();
  made.set(arch, known);
  const omits = memory === arch.memory ? arch.omits : omitsIn(arch, memory);
  const other = known.get(memory) ?? Object.freeze({ ...arch, memory, omits });
  known.set(memory, other);
  asked.add(other);
  return other;
}

/** What a race says of the order it is explored in. */
interface OwnOrder {
  readonly agents?: Readonly<Record<string, { readonly handles?: unknown }>>;
  readonly memory?: 'weak';
  readonly inOrderOn?: readonly string[];
}

/** Whether interrupts of several steps are taken in a race: it is explored in order on every plug-in. */
export const hasHandlers = ({ agents = {} }: Pick<OwnOrder, 'agents'>): boolean =>
  Object.values(agents).some(({ handles }) => handles !== undefined);

/**
 * `arch` in the order in which a race is explored: in order where the weak one is too much for the suite (`Scenario.inOrderOn`), weak
 * where the race is about it (`Scenario.memory`) and the hardware reorders. An order that was asked for stays. A race with handlers of interrupts is
 * explored in order in any case.
 */
export function inOrderOf({ agents = {}, memory, inOrderOn = [] }: OwnOrder, arch: ArchPlugin): ArchPlugin {
  if (hasHandlers({ agents })) return withMemory(arch, 'sc');
  if (asked.has(arch)) return arch;
  if (arch.memory === 'weak') return inOrderOn.includes(arch.id) ? withMemory(arch, 'sc') : arch;
  return memory !== undefined && inOrderOnly(arch) ? withMemory(arch, memory) : arch;
}
