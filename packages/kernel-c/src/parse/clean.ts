/** Blanks what tells the compiler or sparse something and the model nothing. Positions stay. */

import { withoutCasts } from './casts.js';

/** Annotations that may stand in front of a declarator or behind it. */
const WORDS =
  '__always_inline|__always_unused|__init|__exit|__user|__iomem|__rcu|__percpu|__force|__must_check|__maybe_unused|' +
  '__read_mostly|__ro_after_init|__ref|__meminit|__sched|__kprobes|__cold|__weak|noinline_for_stack|noinline|' +
  'noinstr|asmlinkage|notrace|__pure|__attribute_const__|__initdata|__cacheline_aligned_in_smp|__nocfi|__inline|' +
  '__private|__visible|__used|__latent_entropy';

const CALLS =
  '__must_hold|__releases|__acquires|__cond_acquires|__printf|__free|__counted_by|__attribute__|__aligned|__section';

/** The same with arguments, whose parentheses may nest once. */
const NOISE = new RegExp(`\\b(?:(?:${CALLS})\\s*\\((?:[^()]|\\([^()]*\\))*\\)|(?:${WORDS})(?!\\w))`, 'g');

/** Lines at file level that declare nothing the model follows. */
const LINES =
  /^(?:EXPORT_\w+|MODULE_\w+|DEFINE_(?!MUTEX|SPINLOCK)\w+|late_initcall|early_param|__setup|subsys_initcall|core_initcall|ALLOW_ERROR_INJECTION|DECLARE_\w+|static_assert|_Static_assert)\b.*$/gm;

/** The type of an expression, which the grammar does not read; its parentheses may nest twice. */
const TYPEOF = /\b(?:typeof|__typeof__|__typeof)\s*\(((?:[^()\n]|\((?:[^()\n]|\([^()\n]*\))*\))*)\)/g;

/** A label that a directive follows: C wants a statement behind it, and what comes behind the directive is one. */
const LABEL = /^([ \t]*[a-z_]\w*[ \t]*:)(?=[ \t]*\n#[ \t]*(?:endif|else|elif|if))/gm;

/** A jump that a processor without some extension does not have: there the instruction is no more than a nop. */
const NOTHING = /\basm\s+goto\s*\(\s*ALTERNATIVE\s*\(\s*"nop"[^;]*;/g;

/** `container_of(p, struct x, member)`: a type among arguments, which the grammar may take all of for a cast or a type. */
const TYPE_ARGUMENT = /(,\s*struct) (?=\w+\s*,\s*[\w.]+\s*\))/g;

/** Whether a place is in the body of a macro, which is read when its arguments are known. */
function inMacro(text: string, at: number): boolean {
  let start = text.lastIndexOf('\n', at - 1) + 1;
  while (start > 1 && text.charAt(start - 2) === '\\') start = text.lastIndexOf('\n', start - 2) + 1;
  return /^[ \t]*#/.test(text.slice(start, start + 40));
}

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** A text without annotations, and where `__user` stood: pointers to user memory. */
export interface CleanText {
  readonly text: string;
  readonly user: readonly number[];
  /** What stands in a typeof, by the name that the type has in the text. */
  readonly typeofs: ReadonlyMap<string, string>;
}

/** Blank the annotations. */
export function clean(text: string): CleanText {
  const user: number[] = [];
  const whole = text
    .replace(/\r(?=\n)/g, ' ')
    .replace(NOTHING, blank)
    .replace(LABEL, '$1;')
    .replace(TYPE_ARGUMENT, '$1_');
  const quiet = withoutCasts(whole).replace(NOISE, (word, at: number) => {
    if (word === '__user') user.push(at);
    return blank(word);
  });
  const typeofs = new Map<string, string>();
  const named = quiet.replace(TYPEOF, (whole: string, of: string, at: number) => {
    if (inMacro(quiet, at)) return whole;
    const name = `__t${typeofs.size}_`.padEnd(whole.length, '_');
    typeofs.set(name, of.trim());
    return name;
  });
  return { text: named.replace(LINES, blank), user, typeofs };
}
