/** The page: a bar, and the view that the address names. */
import type { Trace } from '@racewalk/trace';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type FamilyFile, familyOf, loadFamily, loadMatrix, type Matrix } from './data/matrix.js';
import { type Engine, traceFrom } from './engine/client.js';
import { engineError } from './engine/error.js';
import { unpack } from './engine/share.js';
import { MatrixView } from './matrix/matrix-view.js';
import { LIMITS } from './play/run.js';
import { address, type Route, useRoute } from './route.js';
import { CellView, useLoaded } from './trace/cell-view.js';
import { DropZone, droppedTrace } from './ui/drop.js';
import { GoTo } from './ui/go-to.js';
import { useKeys } from './ui/keys.js';
import { KeysDialog } from './ui/keys-dialog.js';
import { lazy } from './ui/lazy.js';
import { Problem } from './ui/problem.js';
import { nextTheme, useTheme } from './ui/theme.js';
import { Toast } from './ui/toast.js';

const Playground = lazy(async () => (await import('./play/playground.js')).Playground);

const TABS = [
  ['matrix', 'Matrix'],
  ['play', 'Playground'],
] as const;

function Bar({
  view,
  matrix,
  onKeys,
}: {
  readonly view: string;
  readonly matrix: Matrix | null;
  readonly onKeys: () => void;
}) {
  const [theme, setTheme] = useTheme();
  const open = (): void => setTheme(nextTheme(theme));
  useKeys({ t: open });
  return (
    <header class="top">
      <a class="brand" href={address('matrix')} aria-label="Racewalk">
        <svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true">
          <path d="M3 1v14M13 1v14" stroke="var(--ink2)" stroke-width="2" />
          <path d="M3 3l10 10" stroke="var(--bad)" stroke-width="2.5" />
        </svg>
        <span>racewalk</span>
      </a>
      <nav class="tabs" aria-label="Views">
        {TABS.map(([id, name]) => (
          <a key={id} href={address(id)} aria-current={view === id ? 'page' : undefined}>
            {name}
          </a>
        ))}
        {['cell', 'token', 'file', 'race'].includes(view) ? (
          <a href={location.hash} aria-current="page">
            Counterexample
          </a>
        ) : null}
      </nav>
      <span class="sp" />
      <GoTo matrix={matrix} />
      <button type="button" class="tool theme" onClick={open}>
        <span>{theme === 'dark' ? 'Light' : 'Dark'}</span> <kbd>t</kbd>
      </button>
      <button type="button" class="tool keys-b" onClick={onKeys}>
        Keys <kbd>?</kbd>
      </button>
    </header>
  );
}

/** The counterexample of a cell: its token from the build, replayed; else the cell is searched here. */
async function cellTrace(
  engine: Engine,
  matrix: Matrix,
  test: string,
  arch: string,
  variant: string,
): Promise<Trace> {
  const race = matrix.races.find(({ id }) => id === test);
  const decided = race?.variants.find(({ name }) => name === variant);
  const breaks = decided?.cells.some((cell) => cell?.[0] === 'violates') === true;
  const nothing: FamilyFile = { places: [], cells: {} };
  const family = breaks ? await loadFamily(familyOf(test)).catch(() => nothing) : nothing;
  const known = family.cells[`${test} ${arch} ${variant}`];
  if (known === undefined) return await traceFrom(engine, { ask: 'explain', cell: { test, arch, variant } });
  const trace = await traceFrom(engine, { ask: 'replay', token: known.token });
  // A browser reads no source maps; where each step stands was noted when the page was built.
  const events = trace.events.map((event, i) => {
    const place = family.places[known.at[i] ?? -1];
    const [, file = '', line = ''] = /^(.*):(\d+)$/.exec(place ?? '') ?? [];
    return file === '' ? event : { ...event, at: { file, line: Number(line) } };
  });
  return { ...trace, events };
}

/** A cell of a race in the address. */
function RaceView({ route, matrix }: { readonly route: Route; readonly matrix: Matrix }) {
  const [arch = '', variant = ''] = route.parts;
  const c = route.query.get('c') ?? '';
  const file = route.query.get('file') ?? 'race.c';
  const text = useLoaded(c, async () => await unpack(c));
  if (text === null) return null;
  if ('error' in text) {
    const hint = 'was the link cut? ask for it again';
    const error = engineError({
      code: 'RACEWALK_TOKEN_CHECKSUM',
      message: 'The text in this address is damaged.',
      hint,
    });
    return <Problem error={error} title="This counterexample cannot be shown" />;
  }
  const source = { file, text: text.value };
  return (
    <CellView
      route={route}
      name={`${file} ${arch} ${variant}`}
      load={(engine) =>
        traceFrom(engine, { ask: 'explain', cell: { test: '', arch, variant }, source, limits: LIMITS })
      }
      archs={matrix.archs}
      addressOf={(query) => address('race', route.parts, { c, file, ...query })}
      source={source}
    />
  );
}

function View({ route, matrix }: { readonly route: Route; readonly matrix: Matrix }) {
  const { view, parts } = route;
  const [first = '', second = '', named = ''] = parts;
  // An address that names no variant means the race as it is meant to be.
  const third = named === '' ? 'upstream' : named;
  switch (view) {
    case 'matrix':
      return <MatrixView matrix={matrix} route={route} />;
    case 'cell':
      return (
        <CellView
          route={route}
          name={`${first} ${second} ${third}`}
          load={(engine) => cellTrace(engine, matrix, first, second, third)}
          archs={matrix.archs}
          addressOf={(query) => address('cell', parts, query)}
        />
      );
    case 'token':
      return (
        <CellView
          route={route}
          name={`token ${first}`}
          load={(engine) => traceFrom(engine, { ask: 'replay', token: first })}
          archs={matrix.archs}
          addressOf={(query) => address('token', parts, query)}
        />
      );
    case 'file':
      return (
        <CellView
          route={route}
          name={`file ${first}`}
          load={async () => droppedTrace()}
          archs={matrix.archs}
          addressOf={(query) => address('file', parts, query)}
        />
      );
    case 'play':
      return <Playground route={route} />;
    case 'race':
      return <RaceView route={route} matrix={matrix} />;
    default:
      return (
        <Problem
          title="There is no such page"
          error={engineError({
            code: 'RACEWALK_USAGE',
            message: `Nothing is called "${view}" here.`,
            hint: 'Go to the matrix.',
          })}
        />
      );
  }
}

export function App() {
  const route = useRoute();
  const matrix = useLoaded('matrix', loadMatrix);
  const dialog = useRef<HTMLDialogElement>(null);
  const [, redraw] = useState(0);
  useKeys({
    '?': () => dialog.current?.showModal(),
    1: () => location.assign(address('matrix')),
    2: () => location.assign(address('play')),
  });
  useEffect(() => {
    document.title = `${[...route.parts.slice(0, 2), route.view].filter(Boolean).join(' · ')} – Racewalk`;
    redraw((n) => n + 1);
  }, [route.view, route.parts.join(' ')]);
  return (
    <>
      <button type="button" class="skip" onClick={() => document.getElementById('main')?.focus()}>
        Skip to the content
      </button>
      <Bar
        view={route.view}
        matrix={matrix === null || 'error' in matrix ? null : matrix.value}
        onKeys={() => dialog.current?.showModal()}
      />
      <main id="main" tabIndex={-1}>
        {matrix === null ? (
          <p class="wait" role="status">
            Loading …
          </p>
        ) : 'error' in matrix ? (
          <Problem error={matrix.error} title="The matrix cannot be loaded" />
        ) : (
          <View route={route} matrix={matrix.value} />
        )}
      </main>
      <KeysDialog dialog={dialog} />
      <DropZone />
      <Toast />
    </>
  );
}
