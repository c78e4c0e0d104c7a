export { Binder, type FunctionTable } from './agent/binder.js';
export type { Bound, FrameExtension, Kernel, KernelFunctions, OsState, TaskStruct } from './agent/kernel.js';
export { Machine } from './agent/machine.js';
export { type KernelName, nothing, type Patch } from './agent/patch.js';
export { UserCpu } from './cpu/access.js';
export type { AccessOptions } from './cpu/access-options.js';
export { type AttemptsOptions, attempts } from './cpu/attempts.js';
export { faultingWalker } from './cpu/faulting-walker.js';
export type { Fault, FaultHandler, FaultOutcome } from './cpu/faults.js';
export {
  answersIpi,
  inAnyOrder,
  localIrqRestore,
  localIrqSave,
  rcuReadLock,
  rcuReadUnlock,
  smpCallFunction,
  synchronizeRcu,
} from './cpu/interrupts.js';
export { isb, KernelCpu } from './cpu/kernel-cpu.js';
export { giveCpu, runningOn, sleepForLock, sleepUntil, takeCpu } from './cpu/running.js';
export {
  type Handler,
  type Invalidation,
  type InvalidationPart,
  interruptCpu,
  invalidateByIpi,
  invalidateOn,
  invalidation,
  type LoadOptions,
  loadSpace,
  runUser,
  stopUser,
} from './cpu/spaces.js';
export { waitedFor } from './cpu/tlb.js';
export { updateThenFlush } from './cpu/tlb-part.js';
export { TreeCpu, type TreeOptions } from './cpu/tree-cpu.js';
export type { WalkerUpdates } from './cpu/two-steps.js';
export { updatingWalker } from './cpu/updating-walker.js';
export { enterTable, freeTable, leaveTable, reachTable, takeOverTable } from './cpu/upper.js';
export { Device } from './device/device.js';
export {
  combineStages,
  GUEST_FRAMES,
  GuestCpu,
  invalidateIpa,
  mapGuestFrames,
  type Stages,
} from './device/guest.js';
export type { GuestTables } from './device/guest-tables.js';
export {
  type MessageKind,
  MessageQueue,
  type MessageQueueSpec,
  type Ticket,
} from './device/message-queue.js';
export { SvaDevice } from './device/sva-device.js';
export { decodePte } from './entries/decode.js';
export { describePte, pteFacts } from './entries/describe.js';
export { announceStore, watchedWrite, wordEntries } from './entries/entries.js';
export { entriesOf, halvesEntries } from './entries/halves.js';
export { describeEntry, walkEntry } from './entries/leaf-walk.js';
export { initialMemory, runAlone } from './lab/alone.js';
export { costOf, type OpCost } from './lab/count.js';
export { intrudeAt } from './lab/intrude.js';
export { MEMORY_CONTRACT } from './lab/rows.js';
export { memoryRunsOf } from './lab/runs.js';
export { copyOut, type DirtyRecord } from './observers/dirty-record.js';
export type { Observer, StepView, UseEvent } from './observers/observer.js';
export { entryFor, mapsFrame } from './observers/translations.js';
export { MemoryView } from './observers/view.js';
export { type BuiltScenario, buildScenario, notApplicable, overrideMutants } from './scenario/build.js';
export { leavesOut, leavesOutOfFlushes } from './scenario/leaves-out.js';
export { linuxOps, linuxReleases, outcomeOn } from './scenario/linux.js';
export { REASONS } from './scenario/reasons.js';
export {
  defineBareScenario,
  definedAt,
  LESS_HARDWARE,
  type LessHardware,
  type LessHardwareName,
  type Scenario,
  type ScenarioSpec,
} from './scenario/scenario.js';
export type { ThreadClaim } from './scenario/thread-claim.js';
export {
  type AgentSpec,
  type ArchReason,
  type Control,
  codesOf,
  isRelease,
  type LinuxOps,
  type LinuxVariant,
  type Mutant,
} from './scenario/variant.js';
export { hasHandlers, inOrderOf, inOrderOnly, memoryOmissions, withMemory } from './scenario/with-memory.js';
export { membersOf } from './tlb/entry-set.js';
export type { TlbSizes } from './tlb/sizes.js';
export { Tlbs } from './tlb/tlbs.js';
export { CpuContext } from './world/contexts.js';
export { type Below, Directory, type DirectoryEntry, type DirectorySpec } from './world/directory.js';
export {
  type Frame,
  FrameFlag,
  type FrameRun,
  type FrameRunSpec,
} from './world/frames.js';
export type { MmuNotifier, Notifier, NotifierRange } from './world/mmu-notifier.js';
export { noFrame } from './world/no-frame.js';
export type { LoadedAtStart, Spaces, SpacesSpec } from './world/spaces.js';
export type { MapSpec, Params } from './world/spec.js';
export { cellsOf } from './world/table-words.js';
export type { FaultEntry, ObserverOf, StartOp } from './world/types.js';
export { LEAF_PAGES, type Ptdesc, type UpperSpec } from './world/upper.js';
export { World } from './world/world.js';
