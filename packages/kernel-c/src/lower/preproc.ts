/** The branches of `#if` inside of functions. CONFIG symbols are off unless they were given. */
import type { Node } from 'web-tree-sitter';
import { kids } from '../parse/unit.js';
import { type Cx, refuse } from './context.js';

const SYMBOL =
  /^(?:!\s*)?(?:defined\s*\(?\s*|IS_ENABLED\s*\(\s*|IS_REACHABLE\s*\(\s*)?([A-Za-z_]\w*|[01])\s*\)?$/;

/** Whether a condition of the preprocessor holds; null if it cannot be decided. */
function holds(cx: Cx, text: string): boolean | null {
  const plain = text.replace(/\\\r?\n/g, ' ').trim();
  for (const [op, all] of [
    ['||', false],
    ['&&', true],
  ] as const) {
    const parts = plain.split(op);
    if (parts.length < 2) continue;
    const values = parts.map((part) => holds(cx, part));
    if (values.includes(null)) return null;
    return all ? values.every(Boolean) : values.some(Boolean);
  }
  const m = SYMBOL.exec(plain.replace(/^\((.*)\)$/, '$1').trim());
  if (m === null) return null;
  const [whole, name = ''] = m;
  const on = /^[01]$/.test(name) ? name === '1' : isOn(cx, name);
  return whole.startsWith('!') ? !on : on;
}

function isOn(cx: Cx, name: string): boolean {
  const { config, off, units } = cx.program;
  if (config.has(name) || units.some((unit) => unit.macros.has(name))) return true;
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
      const taken = holds(cx, test?.text ?? '0');
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
