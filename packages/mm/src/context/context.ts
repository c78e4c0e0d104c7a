/**
 * Tags with generations, the same on all CPUs. When the tags run out, a new generation begins: every address space gets a
 * tag again when it is next loaded, and every CPU flushes once before it uses one. CPUs go on with what they run: their
 * tags are reserved. @kernel arch/arm64/mm/context.c; arch/riscv/mm/context.c is alike
 */
import type { Mm } from '@racewalk/core';
import {
  type AtomicBody,
  atomic,
  cmpxchg,
  or,
  read,
  type Step,
  type Word,
  write,
  xchg,
} from '@racewalk/core/step';
import { invalidateOn, loadSpace, type Machine } from '@racewalk/machine';
import { ASID_BITS, ASID_MASK, contextOf, spacesOf, thisCpu } from '../mmu_context/words.js';

/** The tag in a `context.id`. @kernel ctxid2asid */
const tagOf = (id: Word): number => id & ASID_MASK;

/** Whether a `context.id` is of the generation. @kernel asid_gen_match */
const matches = (id: Word, generation: Word): boolean => id >>> ASID_BITS === generation;

/** Which tag an address space has. @kernel ASID */
export function* readContextId(_m: Machine, mm: Mm): Step<Word> {
  return yield* read(contextOf(mm).id, { op: 'atomic64_read', text: `${mm.name}.context.id` });
}

/**
 * Out of tags: take those that CPUs use along, forget all others, and tell each CPU to flush before it uses a new one.
 * @context `cpu_asid_lock`
 * @kernel flush_context
 */
export function* flushContext(m: Machine): Step<void> {
  const { allocator, w } = spacesOf(m);
  let map = 0;
  for (const cpu of w.cpus) {
    const state = thisCpu(m, cpu);
    let asid = yield* xchg(state.activeAsid, 0, {
      op: 'atomic64_xchg_relaxed',
      text: `active_asids of cpu${cpu}`,
    });
    // A second roll-over before this CPU has switched: it still uses what was reserved at the first.
    if (asid === 0)
      asid = yield* read(state.reservedAsid, { op: 'per_cpu', text: `reserved_asids of cpu${cpu}` });
    if (asid !== 0) map |= 1 << tagOf(asid);
    yield* write(state.reservedAsid, asid, { op: 'per_cpu', text: `reserved_asids of cpu${cpu}` });
  }
  yield* write(allocator.map, map, { op: 'bitmap_clear', text: 'asid_map: the reserved ones are left' });
  yield* m.k.pendFlushes();
}

/** Every CPU flushes before it uses a tag of the new generation. @kernel cpumask_setall */
export function* pendFlushes(m: Machine): Step<void> {
  const { allocator, w } = spacesOf(m);
  const mask = w.cpus.reduce((all, cpu) => all | (1 << cpu), 0);
  yield* or(allocator.flushPending, mask, { op: 'cpumask_setall', text: 'tlb_flush_pending' });
}

/** Whether a CPU has the tag reserved for this address space; then all that do get the new generation. */
function* checkUpdateReservedAsid(m: Machine, id: Word, newId: Word): Step<boolean> {
  let hit = false;
  for (const cpu of spacesOf(m).w.cpus) {
    const { reservedAsid } = thisCpu(m, cpu);
    if ((yield* read(reservedAsid, { op: 'per_cpu', text: `reserved_asids of cpu${cpu}` })) !== id) continue;
    hit = true;
    yield* write(reservedAsid, newId, { op: 'check_update_reserved_asid', text: `cpu${cpu}` });
  }
  return hit;
}

/**
 * A tag of this generation. @context `cpu_asid_lock`
 * @kernel new_context
 */
export function* newContext(m: Machine, mm: Mm): Step<Word> {
  const { allocator } = spacesOf(m);
  const { tags } = m.world.spaces;
  const id = yield* m.k.readContextId(mm);
  let generation = yield* read(allocator.generation, { op: 'atomic64_read', text: 'asid_generation' });
  let map = yield* read(allocator.map, { op: 'asid_map' });
  if (id !== 0) {
    const same = (generation << ASID_BITS) | tagOf(id);
    if (yield* checkUpdateReservedAsid(m, id, same)) return same;
    // It had this tag in an earlier generation: take it again, if nobody has.
    if ((map & (1 << tagOf(id))) === 0) {
      yield* write(allocator.map, map | (1 << tagOf(id)), { op: '__test_and_set_bit', text: 'asid_map' });
      return same;
    }
  }
  const free = () => Array.from({ length: tags }, (_, i) => i + 1).find((tag) => (map & (1 << tag)) === 0);
  let tag = free();
  if (tag === undefined) {
    generation += 1;
    yield* write(allocator.generation, generation, {
      op: 'atomic64_add_return_relaxed',
      text: 'asid_generation',
    });
    yield* m.k.flushContext();
    map = yield* read(allocator.map, { op: 'asid_map' });
    // More tags than CPUs: one is always free. A model with fewer reuses the first, as if it had been.
    tag = free() ?? 1;
  }
  yield* write(allocator.map, map | (1 << tag), { op: '__set_bit', text: `${tag} in asid_map` });
  return (generation << ASID_BITS) | tag;
}

/** Load an address space on this CPU, with a tag of this generation. @kernel check_and_switch_context */
export function* checkAndSwitchContext(m: Machine, mm: Mm): Step<void> {
  const { allocator } = spacesOf(m);
  const cpu = thisCpu(m);
  let id = yield* m.k.readContextId(mm);
  if (!(yield* fastPath(m, id))) {
    yield* m.lock(allocator.lock);
    id = yield* m.k.readContextId(mm);
    const generation = yield* read(allocator.generation, { op: 'atomic64_read', text: 'asid_generation' });
    if (!matches(id, generation)) {
      id = yield* m.k.newContext(mm);
      yield* write(contextOf(mm).id, id, { op: 'atomic64_set', text: `${mm.name}.context.id` });
    }
    if (yield* testAndClearPending(m)) yield* m.k.localFlushTlbAll();
    yield* write(cpu.activeAsid, id, { op: 'atomic64_set', text: 'active_asids' });
    yield* m.unlock(allocator.lock);
  }
  yield* loadSpace(m, mm, tagOf(id));
}

/** Without the lock, where the tag is of this generation and no roll-over has taken `active_asids` away. */
function* fastPath(m: Machine, id: Word): Step<boolean> {
  const cpu = thisCpu(m);
  const old = yield* read(cpu.activeAsid, { op: 'atomic64_read', text: 'active_asids' });
  if (old === 0) return false;
  const generation = yield* read(spacesOf(m).allocator.generation, {
    op: 'atomic64_read',
    text: 'asid_generation',
  });
  if (!matches(id, generation)) return false;
  return (
    (yield* cmpxchg(cpu.activeAsid, old, id, { op: 'atomic64_cmpxchg_relaxed', text: 'active_asids' })) ===
    old
  );
}

function* testAndClearPending(m: Machine): Step<boolean> {
  const { flushPending } = spacesOf(m).allocator;
  const bit = 1 << m.cpu;
  const run: AtomicBody = (mem, base) => {
    const old = mem[base + flushPending] ?? 0;
    mem[base + flushPending] = old & ~bit;
    return old & bit;
  };
  const note = { op: 'cpumask_test_and_clear_cpu', text: `cpu${m.cpu} in tlb_flush_pending` };
  return (yield* atomic([flushPending], run, note)) !== 0;
}

/** Everything on this CPU, under every tag. @kernel local_flush_tlb_all */
export function* localFlushTlbAll(m: Machine): Step<void> {
  yield* invalidateOn(
    m,
    [m.cpu],
    { tag: 'any', globals: true, barrier: false },
    { op: 'local_flush_tlb_all' },
  );
}

/** Functions that others call by name. */
export const CONTEXT = {
  readContextId,
  flushContext,
  pendFlushes,
  newContext,
  checkAndSwitchContext,
  localFlushTlbAll,
} as const;

type ContextFunctions = typeof CONTEXT;

declare module '@racewalk/machine/kernel' {
  interface KernelFunctions extends ContextFunctions {}
}
