/** Functions of a text in C in place of those of the machine: a patch by name. */
import type { Patch } from '@racewalk/machine';
import { Program } from '../lower/program.js';
import { errorAt } from '../parse/error.js';
import { syntaxError } from '../parse/syntax.js';
import { parseUnit } from '../parse/unit.js';
import type { RunOptions } from '../run/thread.js';
import { bodyOf, isReplaceable } from './bodies.js';

/** Bodies out of a text. */
export interface CFunctions {
  /** The bodies, by the names of the machine. */
  readonly patch: Patch;
  /** The kernel's names of what is replaced. */
  readonly replaced: readonly string[];
}

/**
 * Every function of the text that the machine has under the same kernel name, with the kernel's arguments. Functions
 * of other names are helpers of these. Throws with file, line and column; `loadC` must have been awaited.
 */
export function readFunctions(source: string, file: string, options: RunOptions = {}): CFunctions {
  const unit = parseUnit(source, file);
  const broken = syntaxError(unit, unit.root);
  if (broken !== null) throw broken;
  const program = new Program([unit], { repeats: options.repeat ?? true });
  const known = [...unit.functions.keys()].flatMap((name) => program.names.helpers.get(name) ?? []);
  const replaced = known.filter(isReplaceable);
  if (replaced.length === 0)
    throw errorAt(
      { file, line: 1, column: 1 },
      'no function here is one that the machine has',
      'name it as the kernel does',
      'RACEWALK_C_PATCH',
    );
  const bodies = replaced.map((helper) => [helper.op, bodyOf(program, helper, options)] as const);
  return { patch: Object.fromEntries(bodies) as Patch, replaced: replaced.map(({ name }) => name) };
}
