/** Variables at file level: all agents share them, as those of the initial state. */
import type { Node } from 'web-tree-sitter';
import { outlives, staticName } from '../lower/outlives.js';
import { errorAt, placeOf } from '../parse/error.js';
import { withLoops } from '../parse/loops.js';
import { kids, type Unit } from '../parse/unit.js';
import type { CType } from '../types/ctype.js';
import type { Types } from '../types/declare.js';
import type { SharedVariable } from './initial.js';
import { type Start, startOf } from './start.js';

/** Macros that declare one variable, and its type. */
const DEFINES: Readonly<Record<string, string | undefined>> = {
  DEFINE_SPINLOCK: 'spinlock_t',
  DEFINE_RAW_SPINLOCK: 'spinlock_t',
  DEFINE_RWLOCK: 'rwlock_t',
  DEFINE_SEQLOCK: 'seqlock_t',
  DEFINE_MUTEX: 'struct mutex',
  DECLARE_RWSEM: 'struct rw_semaphore',
  DECLARE_COMPLETION: 'struct completion',
  DECLARE_WAIT_QUEUE_HEAD: 'wait_queue_head_t',
  LIST_HEAD: 'struct list_head',
  HLIST_HEAD: 'struct hlist_head',
};

/** A list of one call: a declaration of a local, whose text is as long. */
const LOCAL_LIST = /^([ \t]+)LIST_HEAD[ \t]*\([ \t]*(\w+)[ \t]*\)/gm;

const DEFINE = /^((?:static[ \t]+)?)(DE(?:FINE|CLARE)_\w+|H?LIST_HEAD)[ \t]*\(([^()]*)\)/gm;

/** Where the name of a variable that each CPU has stands for what agents see, its type begins with this. */
const PER_CPU = /^DE(?:FINE|CLARE)_PER_CPU(?:_\w+)?$/;

/**
 * The text with such macros and with those that are heads of loops written out, and the variables that each CPU has of its
 * own. `main` is the text of the race, where the text is that of a variant.
 */
export function withDeclarations(
  text: string,
  main = text,
): { readonly text: string; readonly perCpu: readonly string[] } {
  const perCpu: string[] = [];
  const lists = withLoops(text, main).replace(LOCAL_LIST, '$1struct list_head $2');
  const out = lists.replace(DEFINE, (whole, lead: string, macro: string, inside: string) => {
    const args = inside.split(',').map((arg) => arg.trim());
    const [first = '', second = ''] = args;
    const type = DEFINES[macro];
    if (type !== undefined) return `${lead}${type} ${first}`.padEnd(whole.length);
    if (macro === 'DECLARE_BITMAP') {
      const bits = /^\d+$/.test(second) ? Math.ceil(Number(second) / 64) : 1;
      return `${lead}unsigned long ${first}[${bits}]`.padEnd(whole.length);
    }
    if (!PER_CPU.test(macro) || args.length !== 2) return whole;
    perCpu.push(second);
    return `${lead}${first} ${second}`.padEnd(whole.length);
  });
  return { text: out, perCpu };
}

/** The variables of a text. */
export function fileVariables(unit: Unit, types: Types, perCpu: ReadonlySet<string>): SharedVariable[] {
  return kids(unit.root)
    .filter((n) => n.type === 'declaration' && !/\b(?:extern|typedef)\b/.test(n.text.split(/[;={]/)[0] ?? ''))
    .flatMap((n) => declared(unit, n, types, perCpu));
}

/** Locals of all functions that other agents reach; no C can say their names. */
export function localVariables(unit: Unit, types: Types): SharedVariable[] {
  return [...unit.functions.values()].flatMap((f) =>
    f.body
      .descendantsOfType('declaration')
      .filter((n): n is Node => n !== null && MAY_OUTLIVE.test(n.text.split('=')[0] ?? ''))
      .flatMap((n) =>
        declared(unit, n, types, NONE)
          .filter(({ type }) => outlives(n, type))
          .map((v) => ({
            ...v,
            name: staticName(f.name, v.name),
            ...(/\bstatic\b/.test(n.text.split(/[;={]/)[0] ?? '') ? {} : { perCpu: true }),
          })),
      ),
  );
}

const MAY_OUTLIVE = /\bstatic\b|^struct list_head\b/;

const NONE: ReadonlySet<string> = new Set();

function declared(unit: Unit, n: Node, types: Types, perCpu: ReadonlySet<string>): SharedVariable[] {
  const place = placeOf(unit, n);
  return types.all(n).flatMap(({ name, type: said, value, size }) => {
    if (said.k === 'func' || !/^[A-Za-z_]\w*$/.test(name)) return [];
    const [type, length] = said.k === 'array' ? [said.of, lengthOf(said, size, value, unit)] : [said, null];
    if (length !== null && Number.isNaN(length))
      throw errorAt(place, `an array of ${size?.text ?? 'no length'}`, 'give its length as a number');
    const start: Start = startOf(value?.text, type, { types, place });
    return [{ name, type, value: start, length, ...(perCpu.has(name) ? { perCpu: true } : {}) }];
  });
}

function lengthOf(type: CType, size: Node | null, value: Node | null, unit: Unit): number {
  if (type.k === 'array' && type.size !== null) return type.size;
  if (size === null) return value === null ? Number.NaN : kids(value).length;
  const text = unit.macros.get(size.text)?.body ?? '';
  return /^\d+$/.test(text) ? Number(text) : Number.NaN;
}
