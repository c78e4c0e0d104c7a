/** Complaints of several lines on a terminal. */
import type { Context } from '../context.js';
import { wrap } from './numbers.js';

/** A fault of the suite or of a plug-in. Tables in it keep their columns, long lines are broken. */
export function problemLines(problem: string, context: Context): string[] {
  const lines = problem.split('\n').flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? '';
    if (line.length + 2 <= context.width) return [line];
    return wrap(line.trim(), context.width - indent.length - 2, '  ').map((text) => indent + text);
  });
  return lines.map((line, i) => (i === 0 ? `${context.colors.red('‼')} ${line}` : `  ${line}`));
}
