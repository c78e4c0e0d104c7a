/** How much of a tree's C can be read: for the script that measures it. */
import { RacewalkError } from '@racewalk/core';
import { Program } from '../lower/program.js';
import type { Unit } from '../parse/unit.js';
import { archOfPath, type TreeFiles, TreeUnits } from './tree.js';

/** A file of a tree. */
export interface FileCoverage {
  readonly file: string;
  /** Functions with a body. */
  readonly functions: number;
  /** Functions that can be compiled, unknown names apart. */
  readonly lowered: number;
  /** Of these, functions without an unknown name. */
  readonly known: number;
  /** Why functions cannot be compiled: place and reason. */
  readonly refused: readonly string[];
  /** Unknown names, each with the number of functions that use it. */
  readonly unknown: ReadonlyMap<string, number>;
}

/** Measure files of a tree. What a function calls may stand in any of them, or in the headers that describe entries. */
export class Coverage {
  readonly #units: TreeUnits;

  constructor(
    readonly tree: TreeFiles,
    readonly files: readonly string[],
  ) {
    this.#units = new TreeUnits(tree);
  }

  /** One file; null if the tree does not have it. */
  of(file: string): FileCoverage | null {
    const unit = this.#units.unit(file);
    if (unit === null) return null;
    const units = this.#unitsFor(file, unit);
    const refused: string[] = [];
    const unknown = new Map<string, number>();
    let [lowered, known] = [0, 0];
    for (const name of unit.functions.keys()) {
      const program = new Program(units, {
        touched: new Set(),
        config: this.tree.config,
        collect: true,
        only: name,
      });
      try {
        program.compiled(name);
        lowered++;
        if (program.unknown?.size === 0) known++;
        for (const word of program.unknown ?? []) unknown.set(word, (unknown.get(word) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof RacewalkError)) throw error;
        refused.push(error.message);
      }
    }
    return { file, functions: unit.functions.size, lowered, known, refused, unknown };
  }

  /** The file itself, its architecture and what is common to all, and the other files that are measured. */
  #unitsFor(file: string, unit: Unit): Unit[] {
    const arch = archOfPath(file);
    const others = this.files.filter((f) => f !== file && [null, arch].includes(archOfPath(f)));
    const library = this.#units.library(arch, new Set([file, ...others]));
    return [unit, ...library, ...others.flatMap((f) => this.#units.unit(f) ?? [])];
  }
}
