/** Functions of C texts as bodies behind the names of the machine. */
import { RacewalkError } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine, Patch } from '@racewalk/machine';
import { type Program, runCall } from '../lower/program.js';
import type { Helper } from '../names/helper.js';
import { KINDS } from '../names/kinds.js';
import type { Value } from '../run/objects.js';
import { type RunOptions, threadOf } from '../run/thread.js';

/** A function that could not be put in place. */
export interface Refusal {
  readonly name: string;
  /** Place and reason, and the way out. */
  readonly why: string;
}

/** Bodies out of texts. */
export interface CBodies {
  /** By the names of the machine. */
  readonly patch: Patch;
  /** The kernel's names of what is replaced. */
  readonly replaced: readonly string[];
  readonly refused: readonly Refusal[];
  /** Those names of the machine that only some races have: functions of the kernel. */
  readonly kernel: readonly string[];
}

const NOBODY: ReadonlyMap<string, Value> = new Map();

/** Whether the machine has a body behind this name that a text can take the place of. */
export const isReplaceable = ({ op, floor, steps }: Helper): boolean =>
  op !== '' && steps !== null && (floor === 'operation' || floor === 'kernel');

/** What a run tells of the bodies that it calls. */
export interface BodyOptions extends RunOptions {
  /** Called with the kernel's name whenever one of the bodies begins. */
  readonly onCall?: (name: string) => void;
}

/** Bodies for the functions of a program with these names; those that cannot be compiled are left out, with the reason. */
export function bodiesOf(program: Program, names: Iterable<string>, options: BodyOptions = {}): CBodies {
  const bodies: Record<string, unknown> = {};
  const replaced: string[] = [];
  const refused: Refusal[] = [];
  const kernel: string[] = [];
  for (const name of names) {
    const helper = program.names.helpers.get(name);
    if (helper === undefined || !isReplaceable(helper) || !program.functions.has(name)) continue;
    try {
      bodies[helper.op] = bodyOf(program, helper, options);
      replaced.push(name);
      if (helper.floor === 'kernel') kernel.push(helper.op);
    } catch (error) {
      if (!(error instanceof RacewalkError)) throw error;
      refused.push({
        name,
        why: error.hint === undefined ? error.message : `${error.message}; ${error.hint}`,
      });
    }
  }
  return { patch: bodies as Patch, replaced, refused, kernel };
}

/** A result as the machine wants it: operations that return an `int` in C say yes or no here. */
function resultOf({ result, floor }: Helper, value: Value): unknown {
  if (result === 'bool' || (result === 'int' && floor === 'operation')) return value !== 0n;
  return result === 'ulong' || result === 'int' ? Number(value) : value;
}

/** The kernel's arguments; the machine leaves out those that decide nothing. */
function argumentsOf({ args }: Helper, given: readonly unknown[]): Value[] {
  let next = 0;
  return (args ?? []).map((kind) => (kind === '_' ? null : (KINDS[kind]?.back(given[next++]) ?? null)));
}

/** The body of one function; throws where its text cannot be compiled. */
export function bodyOf(program: Program, helper: Helper, options: BodyOptions) {
  const { name } = helper;
  const compiled = program.compiled(name);
  const { onCall } = options;
  return function* (m: Machine, ...given: unknown[]): Step<unknown> {
    onCall?.(name);
    const th = threadOf(m, NOBODY, options);
    const args = helper.given?.(given, m) ?? argumentsOf(helper, given);
    const value = yield* runCall(th, compiled, args);
    return helper.answer === undefined
      ? resultOf(helper, value)
      : yield* helper.answer(value, given, args, m);
  };
}
