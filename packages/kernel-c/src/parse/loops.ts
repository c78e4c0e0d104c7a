/**
 * Macros that are the head of a statement: `for_each_x(…) statement`. The grammar knows no macros, so their text is put in
 * place before anything is parsed. Lines stay; columns up to such a place do.
 */
import { LIST_LOOPS } from '../names/lists.js';
import { directivesOf } from './casts.js';

/** Loops of the kernel whose text is no more than C, for so many CPUs. */
const kernel = (cpus: number): string => `
#define for_each_possible_cpu(cpu) for ((cpu) = 0; (cpu) < ${cpus}; (cpu)++)
#define for_each_online_cpu(cpu) for ((cpu) = 0; (cpu) < ${cpus}; (cpu)++)
#define for_each_set_bit(bit, addr, size) for ((bit) = 0; (bit) < (size); (bit)++) if (!test_bit(bit, addr)) {} else
${LIST_LOOPS}`;

interface Head {
  readonly params: readonly string[];
  readonly body: string;
}

const DEFINE = /^[ \t]*#[ \t]*define[ \t]+(\w+)\(([^()]*)\)((?:[^\n]*\\\r?\n)*[^\n]*)/gm;

/** Whether a body is a head: what follows it is what it governs. */
const isHead = (body: string, known: ReadonlyMap<string, Head>): boolean => {
  const first = /^(\w+)\s*\(/.exec(body)?.[1] ?? '';
  return !/[;}]$/.test(body) && (/^(?:for|while|if)$/.test(first) || known.has(first));
};

function headsOf(text: string): Map<string, Head> {
  const all = [...text.matchAll(DEFINE)].map(([, name = '', params = '', body = '']) => ({
    name,
    params: params.split(',').map((p) => p.trim()),
    body: body
      .replace(/\\\r?\n/g, ' ')
      .replace(/\/\*.*?\*\//g, ' ')
      .trim(),
  }));
  const found = new Map<string, Head>();
  // A head may begin with another one, which may stand below it.
  for (let before = -1; before < found.size; ) {
    before = found.size;
    for (const { name, ...head } of all)
      if (!found.has(name) && isHead(head.body, found)) found.set(name, head);
  }
  return found;
}

/** The parenthesis that closes the one at `open`; -1 if none does. */
function closing(text: string, open: number, left = '(', right = ')'): number {
  let depth = 0;
  for (let i = open; i < text.length; i++) {
    if (text[i] === left) depth++;
    else if (text[i] === right && --depth === 0) return i;
  }
  return -1;
}

function argumentsIn(text: string): string[] {
  const args = [''];
  let depth = 0;
  for (const c of text) {
    if (/[([{]/.test(c)) depth++;
    if (/[)\]}]/.test(c)) depth--;
    if (c === ',' && depth === 0) args.push('');
    else args[args.length - 1] += c;
  }
  return args.map((a) => a.replace(/\s+/g, ' ').trim());
}

const written = ({ params, body }: Head, args: readonly string[]): string => {
  const last = params.at(-1) === '...' ? params.length - 1 : -1;
  const given = new Map(params.map((p, i) => [p, i === last ? args.slice(i).join(', ') : (args[i] ?? '')]));
  return body
    .replace(/\b[A-Za-z_]\w*\b/g, (word) =>
      word === '__VA_ARGS__' ? (given.get('...') ?? '') : (given.get(word) ?? word),
    )
    .replace(/\s*##\s*/g, '');
};

/** `scoped_guard(kind, lock) statement` as a block that takes the guard. */
function withGuards(text: string): string {
  let out = text;
  for (;;) {
    const found = /\bscoped_guard\s*\(/.exec(out);
    if (found === null) return out;
    const open = found.index + found[0].length - 1;
    const close = closing(out, open);
    if (close < 0) return out;
    const [kind = '', ...lock] = argumentsIn(out.slice(open + 1, close));
    const rest = out.slice(close + 1);
    const block = /^\s*\{/.exec(rest);
    const end = block === null ? rest.indexOf(';') : closing(rest, block[0].length - 1, '{', '}');
    if (end < 0) return out;
    const body = block === null ? rest.slice(0, end + 1) : rest.slice(block[0].length, end);
    const lines = out.slice(open, close + (block?.[0].length ?? 0)).match(/\n/g)?.length ?? 0;
    const guard = `do { guard(${kind})(${lock.join(', ')});${'\n'.repeat(lines)}`;
    out = `${out.slice(0, found.index)}${guard}${body}} while (0);${rest.slice(end + 1)}`;
  }
}

/** The text with all of them written out; `main` has macros besides those of the text. */
export function withLoops(text: string, main = text): string {
  const cpus = [...main.matchAll(/^[ \t]*(?:\w+[ \t]+)?P\d+[ \t]*\(/gm)].length;
  const heads = headsOf(`${text}\n${main}\n${kernel(cpus)}`);
  const call = new RegExp(`\\b(${[...heads.keys()].join('|')})\\s*\\(`, 'g');
  let out = withGuards(text);
  // What is put in may begin with another one: a few rounds are enough for any that is meant.
  for (let round = 0; round < 8; round++) {
    const directive = directivesOf(out);
    let next = '';
    let done = 0;
    for (const { index, 0: start, 1: name = '' } of out.matchAll(call)) {
      const open = index + start.length - 1;
      const close = closing(out, open);
      const head = heads.get(name);
      if (index < done || close < 0 || head === undefined || directive(index)) continue;
      const lines = out.slice(index, close).match(/\n/g)?.length ?? 0;
      next += `${out.slice(done, index)}${written(head, argumentsIn(out.slice(open + 1, close)))}${'\n'.repeat(lines)}`;
      done = close + 1;
    }
    if (done === 0) return out;
    out = next + out.slice(done);
  }
  return out;
}
