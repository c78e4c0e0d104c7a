/** All functions of a kernel tree that the machine has under their kernel name. */
import { Program } from '../lower/program.js';
import { checksumOf } from '../race/checksum.js';
import { bodiesOf, isReplaceable } from './bodies.js';
import type { ChangeOptions, Sides } from './change.js';
import { type TreeFiles, TreeUnits } from './tree.js';

/** A tree whose functions take the place of the machine's. */
export class WholeTree {
  readonly #units: TreeUnits;

  constructor(
    readonly files: TreeFiles,
    readonly options: ChangeOptions = {},
  ) {
    this.#units = new TreeUnits(files);
  }

  /** Its functions on an architecture, by the directory below `arch`; what stands before is what the machine has. */
  sides(arch: string): Sides {
    const program = new Program(this.#units.library(arch, new Set()), {
      touched: new Set(),
      config: [...this.files.config, ...(this.options.config ?? [])],
      repeats: this.options.repeat ?? true,
    });
    const names = [...program.functions.keys()].filter((name) => {
      const helper = program.names.helpers.get(name);
      return helper !== undefined && isReplaceable(helper);
    });
    const after = bodiesOf(program, names, this.options);
    return {
      before: null,
      after,
      notRun: [],
      concerned: new Set(after.replaced),
      text: checksumOf(
        program.units.map(({ text }) => text),
        this.options,
      ),
      assumed: { off: [...program.off].sort(), silent: [...program.silent].sort() },
    };
  }
}
