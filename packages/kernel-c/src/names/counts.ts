/** References and mappings of pages and folios, counted in one step. */
import { atomic, Order, read, type Step, write } from '@racewalk/core/step';
import type { Frame } from '@racewalk/machine';
import type { Folio } from '@racewalk/mm';
import { number } from '../run/numbers.js';
import type { Value } from '../run/objects.js';
import { asFolio, asFrame } from './cast.js';
import { type Helper, stepHelper } from './helper.js';

/** The folio behind a page or a folio. */
const wholeOf = (name: string, p: Value | undefined): Folio =>
  name.includes('folio') ? asFolio(p) : (asFrame(p) as Frame & { readonly folio: Folio }).folio;

const kindOf = (name: string): string => (name.includes('folio') ? 'folio' : 'page');

/** A word of a folio, read. */
const count = (name: string, word: 'refcount' | 'mapcount'): Helper =>
  stepHelper(`${name}(${kindOf(name)}):int`, 'how many', function* (_th, [p]) {
    const folio = wholeOf(name, p);
    return BigInt(yield* read(folio[word], { op: name, text: folio.name }, (o) => `→ ${o.result}`));
  });

/** References changed by a number in one step; what it returns of the new count. */
function* change(name: string, p: Value | undefined, by: number): Step<number> {
  const { refcount, name: text } = wholeOf(name, p);
  const run = (mem: Int32Array, base: number): number => {
    const now = (mem[base + refcount] ?? 0) + by;
    mem[base + refcount] = now;
    return now;
  };
  const note = { op: name, text, on: [refcount] };
  const show = (o: { readonly result: number }): string => `= ${o.result}`;
  // A result makes it a full barrier; without one nothing is ordered.
  const order = /test/.test(name) ? Order.FULL : Order.RELAXED;
  return yield* atomic([refcount], run, note, { show, order });
}

/** Everything of this file. */
export const COUNT_NAMES: readonly Helper[] = [
  count('page_count', 'refcount'),
  count('page_ref_count', 'refcount'),
  count('page_mapcount', 'mapcount'),
  stepHelper('page_mapped(page):bool', 'mapped at all', function* (_th, [p]) {
    const { mapcount, name } = wholeOf('page', p);
    return (yield* read(mapcount, { op: 'page_mapped', text: name })) > 0 ? 1n : 0n;
  }),
  ...['folio_ref_inc', 'folio_ref_dec', 'page_ref_inc', 'page_ref_dec'].map((name) =>
    stepHelper(`${name}(${kindOf(name)})`, 'a reference more, or less', function* (_th, [p]) {
      yield* change(name, p, name.endsWith('inc') ? 1 : -1);
      return 0n;
    }),
  ),
  ...['put_page_testzero', 'folio_put_testzero', 'folio_ref_dec_and_test', 'page_ref_dec_and_test'].map(
    (name) =>
      stepHelper(
        `${name}(${kindOf(name)}):bool`,
        'drops a reference; whether it was the last',
        function* (_th, [p]) {
          return (yield* change(name, p, -1)) === 0 ? 1n : 0n;
        },
      ),
  ),
  stepHelper('folio_ref_unfreeze(folio,n)', 'gives the references back', function* (th, [f, n]) {
    const { refcount, name } = asFolio(f);
    const show = (o: { readonly after: readonly number[] }): string => `= ${o.after[0]}`;
    yield* write(
      refcount,
      number(th, n ?? 0n),
      { op: 'folio_ref_unfreeze', text: name },
      show,
      Order.RELEASE,
    );
    return 0n;
  }),
];
