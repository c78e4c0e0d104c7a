/** A name of the kernel and what answers to it. */
import { kernelName } from '@racewalk/core';
import type { Step } from '@racewalk/core/step';
import type { Machine } from '@racewalk/machine';
import type { Value } from '../run/objects.js';
import { checkFolio, checkPage } from '../run/outside.js';
import type { Thread } from '../run/thread.js';
import { type CType, T } from '../types/ctype.js';
import { KINDS } from './kinds.js';

/** On which floor a name lives. */
export type Floor = 'values' | 'operation' | 'kernel' | 'language' | 'no effect';

/** A function of the kernel that C code may call. */
export interface Helper {
  readonly name: string;
  readonly floor: Floor;
  /** Kinds of the arguments; null if any number of anything is taken. */
  readonly args: readonly string[] | null;
  readonly result: string;
  readonly type: CType;
  /** The name of the operation or function here; '' if it has none of its own. */
  readonly op: string;
  /** The function that answers, as TypeScript of a race calls it: `m.pte.ptepGet`; '' if it has none of its own. */
  readonly here: string;
  /** Without steps. */
  readonly pure: ((th: Thread, args: readonly Value[]) => Value) | null;
  /** With steps. */
  readonly steps: ((th: Thread, args: readonly Value[]) => Step<Value>) | null;
  /** Not even a barrier for the compiler. */
  readonly transparent: boolean;
  /** What it does, or why it does nothing. */
  readonly says: string;
  /** The kernel's arguments from those of the machine, where these are others. */
  readonly given?: (given: readonly unknown[], m: Machine) => readonly Value[];
  /** The result as the machine wants it, and what else it wants to know of the call, where that is not the kernel's result. */
  readonly answer?: Answer;
}

/** From what a C body returned, what the machine gave, and what the body was given. */
export type Answer = (
  value: Value,
  given: readonly unknown[],
  args: readonly Value[],
  m: Machine,
) => Step<unknown>;

const SIGNATURE = /^(\w+)\(([^)]*)\)(?::(\w+))?(?:\s*->\s*(\w+))?$/;

/** `name(kind, kind):kind -> op`. `_` is an argument that is not passed on. */
export function signature(line: string): { name: string; args: string[]; result: string; op: string } {
  const [, name = '', list = '', result = 'void', op] = SIGNATURE.exec(line.trim()) ?? [];
  const args = list === '' ? [] : list.split(',').map((s) => s.trim());
  const lead = /^_*/.exec(name)?.[0] ?? '';
  const camel = lead + name.slice(lead.length).replace(/_([a-z0-9])/g, (_, c: string) => c.toUpperCase());
  return { name, args, result, op: op ?? camel };
}

/** Functions of the machine by name. */
type Bodies = Readonly<Record<string, ((...args: unknown[]) => unknown) | undefined>>;

function bodyOf(th: Thread, of: object, op: string, name: string): (...args: unknown[]) => unknown {
  const body = (of as Bodies)[op];
  if (body === undefined) throw th.error(`${name} does not exist on ${th.m.arch.id}`);
  return body.bind(of);
}

/** How a race spells the object that a table is of: `m.pte`. */
function pathOf(target: (th: Thread) => object): string {
  const at = (path: string): object =>
    new Proxy({}, { get: (_, key) => (key === 'path' ? path : at(`${path}.${String(key)}`)) });
  return (target({ m: at('m') } as unknown as Thread) as { readonly path: string }).path;
}

const linesOf = (text: string): string[] => text.trim().split(/\s*\n\s*/);

/** One helper for each line; `target` is the object that has the functions. */
export function helpers(
  floor: Floor,
  text: string,
  target: (th: Thread) => object,
  { pure = false, transparent = false } = {},
): Helper[] {
  const path = pathOf(target);
  return linesOf(text).map((line) => {
    const { name, args, result, op } = signature(line);
    const kind = KINDS[result] ?? KINDS.any!;
    const passed = (th: Thread, values: readonly Value[]) =>
      args.flatMap((a, i) => (a === '_' ? [] : [(KINDS[a] ?? KINDS.any!).out(th, values[i] ?? null)]));
    const call = (th: Thread, values: readonly Value[]) =>
      bodyOf(th, target(th), op, name)(...passed(th, values));
    return {
      name,
      floor,
      args,
      result,
      type: kind.type,
      op,
      here: `${path}.${op}`,
      transparent: pure || transparent,
      says: `m: ${kernelName(op)}`,
      pure: pure ? (th: Thread, values: readonly Value[]) => kind.back(call(th, values)) : null,
      steps: pure
        ? null
        : function* (th: Thread, values: readonly Value[]): Step<Value> {
            return kind.back(yield* call(th, values) as Step<unknown>);
          },
    };
  });
}

/** A helper that is written here; no operation of the machine stands behind it. */
function written(line: string, says: string, body: Pick<Helper, 'pure' | 'steps' | 'transparent'>): Helper {
  const { name, args, result } = signature(line);
  const { pure, steps } = body;
  const look = (th: Thread, values: readonly Value[]): void => {
    for (const [i, kind] of args.entries())
      if (kind === 'page' || kind === 'folio') checkPage(th, values[i] as Value, kind);
  };
  const pages = args.includes('page') || args.includes('folio') || result === 'folio';
  return {
    name,
    floor: 'kernel',
    args,
    result,
    type: KINDS[result]?.type ?? T.any,
    op: '',
    here: '',
    says,
    transparent: body.transparent,
    pure:
      pure === null || !pages
        ? pure
        : (th, values) => {
            look(th, values);
            return checkFolio(th, pure(th, values), result);
          },
    steps:
      steps === null || !pages
        ? steps
        : function* (th, values) {
            look(th, values);
            return checkFolio(th, yield* steps(th, values), result);
          },
  };
}

/** A helper without steps, written here. */
export const pureHelper = (
  line: string,
  says: string,
  run: (th: Thread, args: readonly Value[]) => Value,
): Helper => written(line, says, { pure: run, steps: null, transparent: true });

/** The same answer for several names, a signature on each line. */
export const pureHelpers = (
  lines: string,
  says: string,
  run: (th: Thread, args: readonly Value[], name: string) => Value,
): Helper[] =>
  linesOf(lines).map((line) => pureHelper(line, says, (th, args) => run(th, args, signature(line).name)));

/** A helper with steps, written here. */
export const stepHelper = (
  line: string,
  says: string,
  run: (th: Thread, args: readonly Value[]) => Step<Value>,
): Helper => written(line, says, { pure: null, steps: run, transparent: false });

/** How a function of `mm` whose arguments are not the kernel's changes places with one in C. */
export interface Exchange extends Required<Pick<Helper, 'given'>> {
  /** C calls the machine's. */
  readonly call: (th: Thread, args: readonly Value[]) => Step<Value>;
  /** What the machine wants of the call; nothing if it wants nothing. */
  readonly answer?: (...args: Parameters<Answer>) => unknown;
  /** The same, where it takes steps. */
  readonly answers?: Answer;
}

/** A function of `mm` that C can take the place of, with other arguments; `line` is the kernel's signature. */
export const exchanged = (line: string, { call, given, answer, answers }: Exchange): Helper => {
  const { op } = signature(line);
  const says = `m: ${kernelName(op)}, with the kernel's arguments`;
  // biome-ignore lint/correctness/useYield: an answer may take steps; this one does not.
  const plain: Answer = function* (...args) {
    return answer?.(...args);
  };
  return { ...stepHelper(line, says, call), op, here: `m.k.${op}`, given, answer: answers ?? plain };
};
