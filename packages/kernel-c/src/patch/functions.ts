/** Functions of a text in C in place of those of the machine: a patch by name. */
import type { Step } from '@racewalk/core/step';
import type { Machine, Patch } from '@racewalk/machine';
import { Program, runCall } from '../lower/program.js';
import type { Helper } from '../names/helper.js';
import { KINDS } from '../names/kinds.js';
import { errorAt } from '../parse/error.js';
import { syntaxError } from '../parse/syntax.js';
import { parseUnit } from '../parse/unit.js';
import type { Value } from '../run/objects.js';
import { type RunOptions, threadOf } from '../run/thread.js';

/** Bodies out of a text. */
export interface CFunctions {
  /** The bodies, by the names of the machine. */
  readonly patch: Patch;
  /** The kernel's names of what is replaced. */
  readonly replaced: readonly string[];
}

/** Results that the machine wants as yes or no, though C has an `int`. */
const YES_OR_NO: ReadonlySet<string> = new Set(['bool', 'int']);

const NOBODY: ReadonlyMap<string, Value> = new Map();

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
  const replaced = known.filter(
    ({ op, floor }) => op !== '' && (floor === 'operation' || floor === 'kernel'),
  );
  if (replaced.length === 0)
    throw errorAt(
      { file, line: 1, column: 1 },
      'no function here is one that the machine has',
      'name it as the kernel does',
      'RACEWALK_C_PATCH',
    );
  const bodies = replaced.map((helper) => [helper.op, body(program, helper, options)] as const);
  return { patch: Object.fromEntries(bodies) as Patch, replaced: replaced.map(({ name }) => name) };
}

function body(program: Program, { name, args, result }: Helper, options: RunOptions) {
  const compiled = program.compiled(name);
  const kinds = (args ?? []).filter((kind) => kind !== '_');
  return function* (m: Machine, ...given: unknown[]): Step<unknown> {
    const th = threadOf(m, NOBODY, options);
    const values = given.slice(0, kinds.length).map((x, i) => KINDS[kinds[i] ?? 'any']?.back(x) ?? null);
    const value = yield* runCall(th, compiled, values);
    return YES_OR_NO.has(result) ? value !== 0n : result === 'ulong' ? Number(value) : value;
  };
}
