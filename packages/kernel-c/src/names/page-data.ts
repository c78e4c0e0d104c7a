/** Pages as memory of the kernel: allocated, mapped, copied, cleared. */
import { type AtomicBody, atomic, type Step } from '@racewalk/core/step';
import { copyOut, type Frame } from '@racewalk/machine';
import type { Value } from '../run/objects.js';
import { isPage } from '../run/pointers.js';
import { asFolio, asFrame } from './cast.js';
import { allocate } from './functions/spare.js';
import { type Helper, pureHelper, stepHelper } from './helper.js';

/** Store in a page, where what pages hold is followed. */
function* fill(to: Frame, held: number, text: string): Step<void> {
  const { data } = to;
  if (data < 0) return;
  const run: AtomicBody = (mem, base) => {
    mem[base + data] = held;
    return 0;
  };
  yield* atomic([data], run, { text, does: 'copy' }, { locked: false });
}

/** From here on what was stored to `from` is safe in `to`; later stores are not. */
export function* copyPage(to: Frame, from: Frame): Step<void> {
  yield* fill(to, yield* copyOut(from), `copy ${from.name} to ${to.name}`);
}

/** A copy or a fill of memory with the address of a page; false if neither is one. */
export function* ofPages(to: Value, from: Value, sets: boolean): Step<boolean> {
  if (sets && isPage(to)) yield* fill(to, 0, `clear ${to.name}`);
  else if (sets || (!isPage(to) && !isPage(from))) return false;
  else if (isPage(to) && isPage(from)) yield* copyPage(to, from);
  else if (isPage(from)) yield* copyOut(from);
  else yield* fill(to as Frame, 0, `write ${(to as Frame).name}`);
  return true;
}

const SAFE = 'copies what a page holds: stores so far are safe there';

const copies = (line: string): Helper =>
  stepHelper(line, SAFE, function* (_th, [to, from]) {
    yield* copyPage(asFrame(to), asFrame(from));
    return 0n;
  });

const any = (helper: Helper): Helper => ({ ...helper, args: null });

/** The name of an allocator of pages; how many calls there are, so many pages a race sets aside. */
export const PAGE_ALLOCATOR =
  /\b(?:alloc_pages?|folio_alloc|vma_alloc_folio|alloc_page_vma|alloc_zeroed_user_highpage_movable|vma_alloc_zeroed_movable_folio|folio_prealloc)\s*\(/g;

const NEW = 'a page that the race has set aside: one for each call in the text';

/** Everything of this file. */
export const PAGE_DATA_NAMES: readonly Helper[] = [
  ...['alloc_page', 'alloc_pages', 'alloc_page_vma', 'alloc_zeroed_user_highpage_movable'].map((name) =>
    any(pureHelper(`${name}():page`, NEW, (th) => allocate(th.m).frames[0] ?? null)),
  ),
  ...['folio_alloc', 'vma_alloc_folio', 'vma_alloc_zeroed_movable_folio'].map((name) =>
    any(pureHelper(`${name}():folio`, NEW, (th) => allocate(th.m))),
  ),
  ...['kmap_local_page(page):any', 'kmap(page):any', 'kmap_atomic(page):any', 'page_address(page):any'].map(
    (line) => pureHelper(line, 'the page, as memory of the kernel', (_th, [page]) => page ?? null),
  ),
  pureHelper(
    'kmap_local_folio(folio,n):any',
    'its first page, as memory of the kernel',
    (_th, [folio]) => asFolio(folio).frames[0] ?? null,
  ),
  ...['copy_highpage(page,page)', 'copy_user_highpage(page,page,addr,vma)', 'copy_page(any,any)'].map(copies),
  stepHelper('folio_copy(folio,folio)', SAFE, function* (_th, [to, from]) {
    const target = asFolio(to).frames;
    for (const [i, frame] of asFolio(from).frames.entries())
      yield* copyPage(target[i] ?? (target[0] as Frame), frame);
    return 0n;
  }),
  ...['clear_highpage(page)', 'clear_user_highpage(page,addr)'].map((line) =>
    stepHelper(line, 'the page holds 0', function* (_th, [page]) {
      yield* fill(asFrame(page), 0, `clear ${asFrame(page).name}`);
      return 0n;
    }),
  ),
];
