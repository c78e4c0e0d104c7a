/** The branches of `#if` inside of functions. CONFIG symbols are off unless they were given. */
import type { Node } from 'web-tree-sitter';
import { kids } from '../parse/unit.js';
import { type Cx, refuse } from './context.js';

const SYMBOL =
  /^(?:!\s*)?(?:defined\s*\(?\s*|IS_ENABLED\s*\(\s*|IS_REACHABLE\s*\(\s*)?([A-Za-z_]\w*|[01])\s*\)?$/;

/** Whether a condition of the preprocessor holds, where names are on or off; null if it cannot be decided. */
export function holds(text: string, isOn: (name: string) => boolean): boolean | null {
  const plain = text.replace(/\\\r?\n/g, ' ').trim();
  for (const [op, all] of [
    ['||', false],
    ['&&', true],
  ] as const) {
    const parts = split(plain, op);
    if (parts.length < 2) continue;
    const values = parts.map((part) => holds(part, isOn));
    if (values.includes(!all)) return !all;
    return values.includes(null) ? null : all;
  }
  if (/^!\s*\(/.test(plain) && closes(plain.slice(plain.indexOf('(')))) {
    const inner = holds(plain.slice(1), isOn);
    return inner === null ? null : !inner;
  }
  if (plain.startsWith('(') && closes(plain)) return holds(plain.slice(1, -1), isOn);
  const levels = /^(?:CONFIG_)?PGTABLE_LEVELS\s*(>=|>|<=|<|==)\s*(\d)$/.exec(plain);
  if (levels !== null) return compare(4, levels[1] ?? '', Number(levels[2]));
  const m = SYMBOL.exec(plain);
  if (m === null) return null;
  const [whole, name = ''] = m;
  const on = /^[01]$/.test(name) ? name === '1' : isOn(name);
  return whole.startsWith('!') ? !on : on;
}

const compare = (a: number, op: string, b: number): boolean =>
  op === '>' ? a > b : op === '>=' ? a >= b : op === '<' ? a < b : op === '<=' ? a <= b : a === b;

/** Whether the parenthesis at the start ends at the end. */
function closes(text: string): boolean {
  let depth = 0;
  for (const [i, c] of [...text].entries()) {
    if (c === '(') depth++;
    else if (c === ')' && --depth === 0) return i === text.length - 1;
  }
  return false;
}

/** Parts between operators that are in no parentheses. */
function split(text: string, op: string): string[] {
  const parts: string[] = [];
  let [depth, start] = [0, 0];
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (depth === 0 && text.startsWith(op, i)) {
      parts.push(text.slice(start, i));
      i += op.length - 1;
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function isOn(cx: Cx, name: string): boolean {
  const { config, off, macro } = cx.program;
  if (config.has(name) || macro(name) !== undefined) return true;
  off.add(name);
  return false;
}

/** The statements that are compiled in place of a node. */
export function chosen(cx: Cx, n: Node): Node[] {
  switch (n.type) {
    case 'preproc_ifdef': {
      const on = isOn(cx, n.childForFieldName('name')?.text ?? '');
      return branch(cx, n, on === (n.child(0)?.type === '#ifdef'));
    }
    case 'preproc_if':
    case 'preproc_elif': {
      const test = n.childForFieldName('condition');
      const taken = holds(test?.text ?? '0', (name) => isOn(cx, name));
      if (taken === null) throw refuse(cx, n, `#if ${test?.text} cannot be decided`, 'leave one branch only');
      return branch(cx, n, taken);
    }
    case 'preproc_def':
    case 'preproc_function_def':
    case 'preproc_call':
    case 'preproc_directive':
      return [];
    default:
      return [n];
  }
}

function branch(cx: Cx, n: Node, taken: boolean): Node[] {
  const alternative = n.childForFieldName('alternative');
  const skip = new Set([
    n.childForFieldName('name')?.id,
    n.childForFieldName('condition')?.id,
    alternative?.id,
  ]);
  if (taken)
    return kids(n)
      .filter((c) => !skip.has(c.id))
      .flatMap((c) => chosen(cx, c));
  if (alternative === null) return [];
  if (alternative.type === 'preproc_else') return kids(alternative).flatMap((c) => chosen(cx, c));
  return chosen(cx, alternative);
}
