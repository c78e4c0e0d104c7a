/**
 * The functions of the operating system that runs on the machine, by name. The machine itself has no such
 * functions: a package adds its own to {@link KernelFunctions} and gives their bodies to the world.
 */

/**
 * Every function that may be called as `m.k.NAME(…)` and replaced by a variant. Each is declared with the machine
 * as its first argument, and called without it. Packages extend this interface where they define the functions:
 *
 * ```ts
 * type Gup = typeof GUP;
 * declare module '@racewalk/machine/kernel' {
 *   interface KernelFunctions extends Gup {}
 * }
 * ```
 */
// biome-ignore lint/suspicious/noEmptyInterface: packages add to it
export interface KernelFunctions {}

/**
 * What the operating system keeps for the task that an agent is: `m.current`. Empty when the agent starts; packages
 * extend this interface as they extend {@link KernelFunctions}. @kernel struct task_struct
 */
// biome-ignore lint/suspicious/noEmptyInterface: packages add to it
export interface TaskStruct {}

/**
 * What the operating system keeps about a frame. It adds this to each frame when it asks the machine for it.
 * @kernel struct page
 */
// biome-ignore lint/suspicious/noEmptyInterface: packages add to it
export interface FrameExtension {}

/** What the operating system keeps in a world while it is set up: `world.os`. Empty at first. */
// biome-ignore lint/suspicious/noEmptyInterface: packages add to it
export interface OsState {}

/** Functions as an agent calls them: the machine is the agent's own. */
export type Bound<T> = {
  readonly [K in keyof T]: T[K] extends (m: never, ...args: infer A) => infer R ? (...args: A) => R : never;
};

/** The type of `m.k`. */
export type Kernel = Bound<KernelFunctions>;
