/** What an entry of the catalogue says. */
import type { Capability, InvariantCode } from '@racewalk/core';

/** How good the evidence is: text of the commit read, title checked, from general knowledge, from the seed threads. */
export type Grade = 'T' | 'H' | 'M' | 'S';

/** A race that decides an entry: the protocol as it is now holds, and with the bug put back it breaks. */
export interface Decision {
  /** Id of a race test. */
  readonly test: string;
  /** The variants that are broken, without `mutant:`. The repaired one is `upstream` of the same test. */
  readonly broken: readonly string[];
  /** What of the entry this race does not ask, in a sentence. */
  readonly but?: string;
}

/** One historical race or public report. */
export interface Entry {
  /** `A1` … `F11` for historical races, `G1` … for shapes beyond them, `H1` … for further historical ones, `r01` … for public reports. */
  readonly id: string;
  readonly name: string;
  readonly title: string;
  /** Commit, CVE, advisory or thread. */
  readonly source: string;
  readonly grade: Grade;
  /** The invariants it breaks. */
  readonly breaks: readonly InvariantCode[];
  /**
   * Architectures on which the first of the races must break, and no others: those that have all capabilities of one of
   * these lists. `encoding` where it hangs on the bits of an entry, which no capability says;
   * `protocol` where it hangs on how Linux hands out tags (`mmContext` of a plug-in); `weak` where loads may be made in another
   * order than they stand in (every `memory` but `tso`).
   */
  readonly needs: readonly (readonly Capability[])[] | 'encoding' | 'protocol' | 'weak';
  /** Where it breaks and where it does not, and why. */
  readonly where: string;
  /** The races that decide it, the nearest first. Empty where nothing does. */
  readonly decidedBy: readonly Decision[];
  /** What the machine found that the sources do not say, or say otherwise. */
  readonly found?: string;
  /** Why nothing decides it: what the machine, or a scenario, would have to have. */
  readonly open?: Open;
}

/** Why an entry, or a part of it, is not decided. Never counted as decided. */
export interface Open {
  /** `machine`: it cannot be expressed. `scenario`: it can, and nobody has written it. */
  readonly lacks: 'machine' | 'scenario';
  /** What is needed, in a few words. */
  readonly needs: string;
}

/** Whether races decide an entry. */
export const isDecided = (entry: Entry): boolean => entry.decidedBy.length > 0;
