/** Folios: runs of frames that the kernel counts, locks and maps as one. @kernel struct folio */
import type { Vma, Vpn } from '@racewalk/core';
import type { Cell } from '@racewalk/core/step';
import type { Frame, FrameRun, FrameRunSpec, MapSpec, World } from '@racewalk/machine';
import { startsDeposited } from './huge_memory/deposit.js';
import { folioFlagText, PageFlag } from './page-flags.js';

/** An area that may map a folio, and the page at which it maps the first page of it. */
export interface FolioArea {
  readonly vma: Vma;
  readonly start: Vpn;
}

/** Where a folio's contents are kept besides memory, as far as the model follows it. */
export interface Backing {
  /** 1 while the page cache or the swap cache has the folio, and a reference for each page; -1 if not followed. */
  readonly cache: Cell;
  /** What is on disk or in swap, one word a page; empty if not followed. */
  readonly disk: readonly Cell[];
}

const NO_BACKING: Backing = Object.freeze({ cache: -1, disk: [] });

/** A power-of-two run of frames managed as one. */
export interface Folio extends FrameRun {
  /** Word of `FolioFlag`s. */
  readonly flags: Cell;
  /** `folio_ref_count`. */
  readonly refcount: Cell;
  /** Sum of the pages' map counts. */
  readonly mapcount: Cell;
  /** The folio lock. @kernel folio_lock */
  readonly lock: Cell;
  /** Areas that may map it, in the order in which a walk of the reverse map visits them. */
  readonly areas: FolioArea[];
  /** Mapped by one entry of the level above, where it is mapped whole. */
  readonly huge: boolean;
  /** Has to be written before it may go; false once it was lazily freed. @kernel PG_swapbacked */
  readonly swapbacked: boolean;
  readonly backing: Backing;
}

/**
 * How a folio is set up; `frameFlags` are those of the machine and `PageFlag`s. Without them pages that private memory
 * maps are anonymous, and exclusive where they may be written.
 */
export interface FolioSpec extends FrameRunSpec {
  readonly refcount?: number;
  readonly mapcount?: number;
  /** Default true. */
  readonly swapbacked?: boolean;
  /** Default: not followed. */
  readonly backing?: Partial<Backing>;
}

/** What the kernel knows of a frame. @kernel struct page */
interface LinuxFrame {
  readonly folio: Folio;
}

declare module '@racewalk/machine/kernel' {
  interface FrameExtension extends LinuxFrame {}
}

/** The folios of a world. */
export class FolioTable {
  readonly folios: Folio[] = [];

  /** Folios whose flags a setup has given. */
  readonly #flagged = new Set<Folio>();

  constructor(private readonly world: World) {}

  /** A new folio of contiguous frames, mapped `mapcount` times (default: once a page; a huge one once as a whole). */
  readonly folio = (spec: FolioSpec): Folio => {
    const { cells } = this.world;
    const name = spec.name ?? (this.folios.length === 0 ? 'folio' : `folio${this.folios.length + 1}`);
    const mapcount = spec.mapcount ?? (spec.huge === true ? 1 : spec.pages);
    const refcount = spec.refcount ?? mapcount;
    const words = {
      flags: cells.add({ name, initial: 0, show: folioFlagText, role: { is: 'folio-flags', folio: name } }),
      refcount: cells.add({
        name: `${name}.refcount`,
        initial: refcount,
        role: { is: 'refcount', folio: name },
      }),
      mapcount: cells.add({
        name: `${name}.mapcount`,
        initial: mapcount,
        role: { is: 'mapcount', folio: name },
      }),
      lock: cells.addLock(`${name}.lock`),
    };
    const folio: Folio = {
      ...this.world.frames.add({ ...spec, name }),
      ...words,
      areas: [],
      huge: spec.huge === true,
      swapbacked: spec.swapbacked ?? true,
      backing: { ...NO_BACKING, ...spec.backing },
    };
    for (const frame of folio.frames) Object.assign<Frame, LinuxFrame>(frame, { folio });
    this.folios.push(folio);
    if (spec.frameFlags !== undefined) this.#flagged.add(folio);
    return folio;
  };

  /** Map pages of a folio into an area, before the run starts; the reverse map then knows the area. */
  readonly mapFolio = (vma: Vma, folio: Folio, spec: MapSpec = {}): void => {
    const start = vma.start + (spec.at ?? 0) - (spec.from ?? 0);
    if (!folio.areas.some((area) => area.vma === vma && area.start === start))
      folio.areas.push({ vma, start });
    this.world.mapFrames(vma, folio, spec);
    if (spec.huge === true) startsDeposited(this.world, vma.table);
    if (vma.mapping !== null || vma.shared || this.#flagged.has(folio)) return;
    const { from = 0, pages = folio.frames.length - from, write = vma.prot.write } = spec;
    const flags = write ? PageFlag.ANON | PageFlag.EXCLUSIVE : PageFlag.ANON;
    for (const frame of folio.frames.slice(from, from + pages))
      this.world.cells.setInitial(frame.cell, flags);
  };
}
