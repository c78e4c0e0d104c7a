/** Whether the operands of an announced step are words and cells of the program. */
import { type CellInfo, type Op, OpKind } from '@racewalk/core/step';
import type { Flaws } from './flaw.js';

const WITHOUT_CELL: ReadonlySet<number> = new Set([
  OpKind.RETRY,
  OpKind.CHOOSE,
  OpKind.ATOMIC,
  OpKind.FENCE,
  OpKind.KEY,
]);

const isWord = (value: unknown): boolean => typeof value === 'number' && (value | 0) === value;

/** Note what is wrong with the step `op`, which `who` announces. */
export function checkOperands(op: Op, who: string, cells: readonly CellInfo[], flaws: Flaws): void {
  const isCell = (cell: unknown): boolean =>
    isWord(cell) && (cell as number) >= 0 && (cell as number) < cells.length;
  const named = op.kind === OpKind.ATOMIC || op.kind === OpKind.RETRY ? op.cells : [op.cell];
  if (op.kind === OpKind.ATOMIC || op.kind === OpKind.RETRY || !WITHOUT_CELL.has(op.kind)) {
    for (const cell of named) {
      if (isCell(cell)) continue;
      flaws.note(
        'RACEWALK_BAD_CELL',
        `${who} uses the word ${String(cell)}: there is no such word`,
        op.stack,
      );
    }
  }
  const words = [op.a, op.b, ...op.values, ...op.key];
  for (const word of words) {
    if (isWord(word)) continue;
    const what = typeof word === 'string' ? JSON.stringify(word) : String(word);
    flaws.note(
      'RACEWALK_BAD_WORD',
      `${who} uses ${what} as a value: a word is a whole number of 32 bits`,
      op.stack,
    );
  }
  if (op.kind === OpKind.RETRY && (op.cells.length === 0 || op.cells.length !== op.values.length)) {
    flaws.note(
      'RACEWALK_BAD_CELL',
      `${who} waits for ${op.cells.length} words with ${op.values.length} values`,
      op.stack,
    );
  }
  if (op.kind !== OpKind.ATOMIC) return;
  for (const guard of op.guards) {
    if (op.cells.includes(guard) && op.test !== null) continue;
    const why = op.test === null ? 'has no test for it' : 'does not list it';
    flaws.note('RACEWALK_BAD_CELL', `${who} waits for ${cells[guard]?.name ?? guard} and ${why}`, op.stack);
  }
}
