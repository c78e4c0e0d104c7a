/** Hunks that change nothing but declarations and comments: the model does not need them. */
import type { Hunk } from '../mail/hunk.js';
import { masked } from '../mail/pieces.js';

const DECLARATION = /^(?:extern\s+)?(?:[A-Za-z_]\w*[\s*]+)+[A-Za-z_]\w*\s*\([^{}]*\)$/;
const STATEMENT = /\b(?:return|else|if|for|while|do|switch|case|goto|break|continue)\b/;

/** Whether what a hunk changes are declarations of functions, and comments. */
export function onlyDeclares({ lines }: Hunk): boolean {
  const changed = lines.filter(({ kind }) => kind !== ' ');
  const text = masked(changed.map((l) => l.text).join('\n')).trim();
  if (text === '') return true;
  if (!text.endsWith(';')) return false;
  const parts = text
    .slice(0, -1)
    .split(';')
    .map((part) => part.trim());
  return parts.every((part) => DECLARATION.test(part) && !STATEMENT.test(part));
}
