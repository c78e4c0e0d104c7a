/** The body of an atomic step under watch: what it reads and writes, and whether it depends on anything else. */
import type { AtomicBody, CellInfo, FaultSink, Op } from '@racewalk/core/step';
import { authorCode } from '../program/author.js';
import type { Flaws } from './flaw.js';

/** What stands in a word that the body must not look at: a value that no program has. */
const POISON = 0x5a5a5a5a;

/** The stack of whoever touched a word, without the frames of this file. */
function stackOf(): string {
  const frames = (new Error().stack ?? '').split('\n').slice(1);
  const author = frames.findIndex((frame) => !/[\\/]checked[\\/]atomic\.[jt]s/.test(frame));
  return frames.slice(Math.max(author, 0)).join('\n');
}

/** The same body, which notes undeclared accesses of `who` and results that differ for equal words. */
export function watchedAtomic(op: Op, who: string, cells: readonly CellInfo[], flaws: Flaws): AtomicBody {
  const body = op.run!;
  const declared = new Set(op.cells);
  const nameOf = (cell: number): string => cells[cell]?.name ?? `word ${cell}`;
  const watching = (mem: Int32Array, base: number): Int32Array => {
    const touch = (key: string | symbol, does: 'reads' | 'writes'): void => {
      const cell = typeof key === 'string' && /^-?\d+$/.test(key) ? Number(key) - base : null;
      if (cell === null || declared.has(cell)) return;
      const code = does === 'reads' ? 'RACEWALK_UNDECLARED_READ' : 'RACEWALK_UNDECLARED_WRITE';
      flaws.note(code, `${who} ${does} ${nameOf(cell)}, which the step does not list`, stackOf());
    };
    return new Proxy(mem, {
      get(target, key) {
        touch(key, 'reads');
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? value.bind(target) : value;
      },
      set(target, key, value) {
        touch(key, 'writes');
        if (typeof value !== 'number' || (value | 0) !== value) {
          flaws.note(
            'RACEWALK_BAD_WORD',
            `${who} stores ${String(value)}: a word is a whole number of 32 bits`,
            stackOf(),
          );
        }
        return Reflect.set(target, key, value, target);
      },
    });
  };
  return (mem, base, faults) => {
    const copy = Int32Array.from(mem);
    for (let cell = 0; cell < cells.length; cell++) if (!declared.has(cell)) copy[base + cell] = POISON;
    const alone = outcome(body, copy, base, null);
    const result = outcome(body, watching(mem, base), base, faults);
    const other = [...declared].find((cell) => copy[base + cell] !== mem[base + cell]);
    if (alone.text !== result.text || other !== undefined) {
      const words = (of: Int32Array): string =>
        other === undefined ? '' : `, ${nameOf(other)} ${of[base + other]}`;
      const twice = `${alone.text}${words(copy)}, then ${result.text}${words(mem)}`;
      flaws.note(
        'RACEWALK_IMPURE',
        `${who} does not do the same twice with the same words: ${twice}`,
        op.stack,
      );
    }
    if (result.thrown !== undefined) throw result.thrown.error;
    if (!isResult(result.value)) {
      const what = typeof result.value === 'object' ? 'an object' : String(result.value);
      flaws.note(
        'RACEWALK_BAD_WORD',
        `${who} returns ${what}: what a step returns is a whole number`,
        op.stack,
      );
    }
    return result.value;
  };
}

/** A whole number; or nothing, or a truth, which are as good as one. */
const isResult = (value: unknown): boolean =>
  value === undefined || typeof value === 'boolean' || Number.isSafeInteger(value);

interface Outcome {
  readonly value: number;
  readonly text: string;
  readonly thrown?: { readonly error: unknown };
}

function outcome(body: AtomicBody, mem: Int32Array, base: number, faults: FaultSink | null): Outcome {
  const codes: string[] = [];
  const sink: FaultSink = {
    fail(code, message) {
      codes.push(code);
      faults?.fail(code, message);
    },
  };
  try {
    const value = authorCode(
      () => 'an atomic step',
      () => body(mem, base, sink),
    );
    return { value, text: [`result ${value}`, ...codes].join(', ') };
  } catch (error) {
    return { value: 0, text: `throws ${String(error)}`, thrown: { error } };
  }
}
