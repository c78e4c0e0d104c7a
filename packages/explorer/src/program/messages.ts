/** Texts of faults, which searches and replay have in common. */
import type { Program } from '@racewalk/core/step';
import { errorText } from '../error-text.js';
import type { Waiting } from '../types.js';
import { describe } from './signature.js';

export const LIVELOCK = 'the same state comes back for ever: a livelock';

/** `walker releases ptl, which zap holds`; `value` is what the lock's word holds. */
export function notHeldMessage(
  { threads, cells }: Program,
  thread: number,
  cell: number,
  value: number,
): string {
  const holder = value === 0 ? 'nobody' : (threads[value - 1]?.name ?? `thread ${value - 1}`);
  return `${threads[thread]!.name} releases ${cells[cell]!.name}, which ${holder} holds`;
}

/** `zap threw TypeError: …` */
export function threwMessage({ threads }: Program, thread: number, error: unknown): string {
  return `${threads[thread]!.name} threw ${errorText(error)}`;
}

/** Describe one waiting thread; `held` is the value of the lock it waits for (0 if it waits for no lock). */
export function waitingFor(
  program: Program,
  thread: number,
  op: { kind: number; cell: number; cells: readonly number[]; guards: readonly number[]; label: string },
  held: number,
): Waiting {
  const cell = op.cell >= 0 ? op.cell : (op.cells[0] ?? -1);
  const words = op.guards.length > 0 ? op.guards : cell >= 0 ? [cell] : [];
  const name = words.map((word) => program.cells[word]!.name).join(' and ') || 'its store buffer';
  const label = op.label !== '' ? op.label : describe({ ...op, label: '' } as never);
  return { thread, label, cell: name, ...(held > 0 ? { owner: held - 1 } : {}) };
}

/** `deadlock: zap waits for ptl (lock ptl), held by user; …` */
export function stuckMessage(
  threads: readonly { name: string; daemon?: boolean }[],
  waiting: readonly Waiting[],
): string {
  const parts = waiting
    .filter(({ thread }) => threads[thread]!.daemon !== true)
    .map(({ thread, label, cell, owner }) => {
      const by = owner === undefined ? '' : `, held by ${threads[owner]?.name ?? `thread ${owner}`}`;
      return `${threads[thread]!.name} waits for ${cell} (${label})${by}`;
    });
  return `nobody can go on: ${parts.join('; ')}`;
}
