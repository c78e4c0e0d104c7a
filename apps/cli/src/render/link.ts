/** A counterexample as an address of the web page; of a race in C or a module with its text, and nothing is sent anywhere. */
import { deflateRawSync } from 'node:zlib';
import type { PrintOptions, Trace } from '@racewalk/trace';

/** Options of all forms. */
export interface FormOptions extends PrintOptions {
  /** The text that the race was read from. */
  readonly text?: string;
  /** The module that the race is alone in, if the page can read it. */
  readonly module?: { readonly file: string; readonly text: string };
}

/** Where `racewalk serve` shows the page. */
const PAGE = 'http://127.0.0.1:4180/';

/** One line: `#/race/ARCH/VARIANT?c=…` with the text of a race in C or of its module, else `#/token/rw1:…`. */
export function link({ arch, variant, token = '' }: Trace, options: FormOptions): string {
  const { module } = options;
  const { text, named } =
    module === undefined
      ? { ...options, named: options.named ?? 'race.c' }
      : { text: module.text, named: module.file };
  const path = (parts: readonly string[]): string => parts.map(encodeURIComponent).join('/');
  if (text === undefined) return `${PAGE}#/${path(['token', token])}\n`;
  const c = deflateRawSync(text).toString('base64url');
  const file = named.split('/').pop() ?? named;
  return `${PAGE}#/${path(['race', arch, variant])}?${new URLSearchParams({ c, file })}\n`;
}
