/** One field for everything: a race, a counterexample, a step of what is shown, or a token. */
import { mentionsToken } from '@racewalk/trace';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { Matrix } from '../data/matrix.js';
import { shortName } from '../matrix/cell-look.js';
import { address, parseRoute } from '../route.js';
import { wholeToken } from './drop.js';
import { useKeys } from './keys.js';

/** Something to go to: its name, what it is, and its address. */
export interface Place {
  readonly name: string;
  readonly what: string;
  readonly to: string;
}

/** Most places that are listed. */
const MOST = 40;

/** Views that show one schedule, with a step in their address. */
const SCHEDULES: ReadonlySet<string> = new Set(['cell', 'token', 'file', 'race']);

/** The address of step `n`, counted from 1, of the schedule that is shown; null where none is. */
function stepPlace(hash: string, n: number): Place | null {
  const { view, parts, query } = parseRoute(hash);
  if (!SCHEDULES.has(view)) return null;
  const to = address(view, parts, { ...Object.fromEntries(query), step: n });
  return { name: `Step ${n}`, what: 'of this counterexample', to };
}

/** Every race, then every cell that breaks. */
function allPlaces({ races, archs }: Matrix): readonly (Place & { readonly text: string })[] {
  const own = races.map(({ id, title }) => ({
    name: id,
    what: title,
    to: address('matrix', [], { race: id, arch: archs[0]?.id, open: id }),
    text: `${id} ${title}`.toLowerCase(),
  }));
  const broken = races.flatMap(({ id, variants }) =>
    variants.flatMap(({ name, cells }) =>
      cells.flatMap((cell, column) => {
        const arch = archs[column]?.id ?? '';
        if (cell?.[0] !== 'violates') return [];
        const what = `${shortName(name)}, ${arch}: ${cell[1]}, counterexample`;
        return [
          { name: id, what, to: address('cell', [id, arch, name]), text: `${id} ${what}`.toLowerCase() },
        ];
      }),
    ),
  );
  return [...own, ...broken];
}

/** What a text leads to; `hash` is the address that is shown. */
export function placesFor(all: ReturnType<typeof allPlaces>, typed: string, hash: string): Place[] {
  if (mentionsToken(typed)) {
    const plain = wholeToken(typed);
    return [{ name: 'This token', what: plain.slice(0, 40), to: address('token', [plain]) }];
  }
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const step = /^\d+$/.test(typed.trim()) ? stepPlace(hash, Number(typed)) : null;
  const found = all.filter(({ text }) => words.every((word) => text.includes(word))).slice(0, MOST);
  return step === null ? found : [step, ...found];
}

export function GoTo({ matrix }: { readonly matrix: Matrix | null }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const field = useRef<HTMLInputElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState('');
  const [at, setAt] = useState(0);
  const all = useMemo(() => (open && matrix !== null ? allPlaces(matrix) : []), [open, matrix]);
  const places = useMemo(() => placesFor(all, typed, location.hash), [all, typed]);
  const show = (): void => {
    setTyped('');
    setAt(0);
    setOpen(true);
    dialog.current?.showModal();
    field.current?.focus();
  };
  const go = (place: Place | undefined): void => {
    if (place === undefined) return;
    dialog.current?.close();
    location.hash = place.to;
  };
  useKeys({ '/': show });
  // A click beside it closes it, as Escape does.
  useEffect(() => {
    const beside = ({ target }: Event): void => {
      if (target === dialog.current) dialog.current?.close();
    };
    addEventListener('click', beside);
    return () => removeEventListener('click', beside);
  }, []);
  useEffect(() => {
    list.current?.children[at]?.scrollIntoView({ block: 'nearest' });
  }, [at, places]);
  const press = (event: KeyboardEvent): void => {
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined) {
      event.preventDefault();
      setAt(Math.min(places.length - 1, Math.max(0, at + by)));
    } else if (event.key === 'Enter') {
      event.preventDefault();
      go(places[at]);
    }
  };
  return (
    <>
      <button type="button" class="tool find" aria-haspopup="dialog" onClick={show}>
        <span>Go to race, step or token</span> <kbd>/</kbd>
      </button>
      <dialog ref={dialog} class="pal" aria-label="Go to" onClose={() => setOpen(false)}>
        <input
          ref={field}
          type="text"
          role="combobox"
          aria-expanded="true"
          aria-controls="go-to-list"
          aria-autocomplete="list"
          aria-activedescendant={places.length === 0 ? undefined : `go-to-${at}`}
          aria-label="Go to a race, an architecture, a step number or a token"
          placeholder="race, variant, architecture, step number, or rw1:…"
          spellcheck={false}
          value={typed}
          onInput={(event) => {
            setTyped(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={press}
        />
        <div ref={list} id="go-to-list" class="places" role="listbox" aria-label="Places">
          {places.map((place, i) => (
            <button
              type="button"
              tabIndex={-1}
              key={place.to}
              id={`go-to-${i}`}
              role="option"
              aria-selected={i === at}
              onClick={() => go(place)}
            >
              <span class="m">{place.name}</span> <span class="dim">{place.what}</span>
            </button>
          ))}
        </div>
        {places.length === 0 ? (
          <p class="none" role="status">
            {open && typed !== '' ? 'Nothing is called that.' : ''}
          </p>
        ) : null}
      </dialog>
    </>
  );
}
