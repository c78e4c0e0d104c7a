/**
 * The names under which the parts of Racewalk are registered with a container. Symbols only: nothing
 * here knows of any container. They are global symbols, so two copies of this package agree on them.
 */
export const TOKENS = Object.freeze({
  /** Every `ArchPlugin`. */
  arch: Symbol.for('@racewalk/arch'),
  /** Every `Scenario`. */
  scenario: Symbol.for('@racewalk/scenario'),
  /** The registry of both. */
  registry: Symbol.for('@racewalk/registry'),
  /** The runner of a suite. */
  suite: Symbol.for('@racewalk/suite'),
});
