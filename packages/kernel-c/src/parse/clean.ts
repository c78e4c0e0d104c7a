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

const blank = (text: string): string => text.replace(/[^\n]/g, ' ');

/** A text without annotations, and where `__user` stood: pointers to user memory. */
export interface CleanText {
  readonly text: string;
  readonly user: readonly number[];
}

/** Blank the annotations. */
export function clean(text: string): CleanText {
  const user: number[] = [];
  const quiet = withoutCasts(text.replace(/\r(?=\n)/g, ' ')).replace(NOISE, (word, at: number) => {
    if (word === '__user') user.push(at);
    return blank(word);
  });
  return { text: quiet.replace(LINES, blank), user };
}
