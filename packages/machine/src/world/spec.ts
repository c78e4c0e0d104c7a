/** What a setup says about areas and mappings. */
import type { AddressSpace, Mm, Prot, UpperLevel, VmaFlags, Vpn } from '@racewalk/core';

/** Sizes and switches of one run, by name. */
export type Params = Readonly<Record<string, number | string | boolean>>;

/** How a VMA is set up. */
export interface VmaSpec {
  /** Page number of the first page; must be block-aligned for a folded mapping. */
  readonly start?: Vpn;
  readonly pages: number;
  readonly prot?: Prot;
  readonly shared?: boolean;
  /** Name of its page table; entries are `name[i]`. Default `pte`. */
  readonly name?: string;
  readonly mm?: Mm;
  /** Further flags. */
  readonly flags?: VmaFlags;
  /** Page offset of the start in what is mapped. Default 0. */
  readonly pgoff?: number;
  /** Map huge pages: the area's table is one of this level. Default a leaf table. */
  readonly level?: UpperLevel;
  /** What a file mapping maps. Default anonymous memory. */
  readonly mapping?: AddressSpace;
}

/** Which state freshly mapped entries are in. */
export interface MapSpec {
  /** Default: as the area is protected. */
  readonly write?: boolean;
  /** Default clean. */
  readonly dirty?: boolean;
  /** Default old. */
  readonly young?: boolean;
  /** Marked as one contiguous block where the architecture can. */
  readonly folded?: boolean;
  /** By one leaf of the upper level, which the area must have (`world.pmds.add(vma, {})`). */
  readonly huge?: boolean;
  /** Page of the area to start at, counted from its start. Default 0. */
  readonly at?: number;
  /** Frame of the run to start at. Default 0. */
  readonly from?: number;
  /** How many pages. Default all of the run. */
  readonly pages?: number;
}
