/** Every race on every architecture: search, filters, and a cell that opens. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { familyOf, type Matrix } from '../data/matrix.js';
import { address, type Route, replaceAddress } from '../route.js';
import { useKeys } from '../ui/keys.js';
import { CellPanel } from './cell-panel.js';
import { columnsOf, type Filter, filtered } from './filter.js';
import { FilterBar } from './filter-bar.js';
import { MatrixRow, type RowActions } from './matrix-row.js';
import { Patterns } from './patterns-view.js';
import { keyOf, type Row, rowsOf, useGrowing } from './rows.js';
import type { Selection } from './selection.js';

function selectionOf(query: URLSearchParams, matrix: Matrix): Selection | null {
  const race = query.get('race');
  if (race === null) return null;
  const column = matrix.archs.findIndex(({ id }) => id === query.get('arch'));
  return { race, variant: query.get('variant') ?? 'upstream', column: Math.max(0, column) };
}

const filterOf = (query: URLSearchParams): Filter => ({
  text: query.get('q') ?? '',
  family: query.get('family') ?? '',
  invariant: query.get('invariant') ?? '',
  capability: query.get('cap') ?? '',
  show: query.get('show') ?? 'all',
  pattern: query.get('pattern') ?? '',
});

/** Fields of the address that say which rows there are. */
const FILTERS = ['q', 'family', 'invariant', 'cap', 'show', 'pattern'];

export function MatrixView({ matrix, route }: { readonly matrix: Matrix; readonly route: Route }) {
  const { query } = route;
  const [opened, folded] = [query.get('open') ?? '', query.get('closed') ?? ''];
  // What the rows are made of changes with these only, and not with the selection.
  const filter = useMemo(
    () => filterOf(query),
    FILTERS.map((name) => query.get(name)),
  );
  const shown = useMemo(() => filtered(matrix, filter), [matrix, filter]);
  const columns = useMemo(() => columnsOf(matrix, filter), [matrix, filter]);
  const numbers = useMemo(() => columns.map(({ column }) => column), [columns]);
  const archs = useMemo(() => matrix.archs.map(({ id }) => id), [matrix]);
  const open = useMemo(() => new Set(opened.split(',').filter(Boolean)), [opened]);
  const closed = useMemo(() => new Set(folded.split(',').filter(Boolean)), [folded]);
  const map = query.get('map') === '1';
  const rows = useMemo(() => rowsOf(shown, open, closed), [shown, open, closed]);
  const selection = selectionOf(query, matrix);
  const grid = useRef<HTMLDivElement>(null);
  const set = (changes: Readonly<Record<string, string | undefined>>): void => {
    const all = { ...Object.fromEntries(query), ...changes };
    replaceAddress(address('matrix', [], all));
  };
  const toggle = (id: string): void => {
    const next = new Set(open);
    if (!next.delete(id)) next.add(id);
    set({ open: [...next].join(',') });
  };
  const fold = (family: string): void => {
    const next = new Set(closed);
    if (!next.delete(family)) next.add(family);
    set({ closed: [...next].join(',') });
  };
  const choose = (race: string, variant: string, column: number): void =>
    set({ race, variant, arch: matrix.archs[column]?.id });
  const openCell = (): void => {
    if (selection === null) return;
    const variant = matrix.races
      .find(({ id }) => id === selection.race)
      ?.variants.find(({ name }) => name === selection.variant);
    const arch = matrix.archs[selection.column]?.id ?? '';
    if (variant?.cells[selection.column]?.[0] === 'violates') {
      location.hash = address('cell', [selection.race, arch, selection.variant]);
    }
  };
  const isAt = (row: Row): boolean => {
    if (row.kind === 'family' || selection === null || row.shown.race.id !== selection.race) return false;
    if (row.kind === 'variant')
      return row.variant.name === selection.variant && selection.variant !== 'upstream';
    return selection.variant === 'upstream' || !row.open;
  };
  // Keys move from cell to cell; the focus follows.
  const move = (down: number, right: number): void => {
    const cells = rows.filter((row) => row.kind !== 'family');
    const now = cells.findIndex(isAt);
    const at = now < 0 ? 0 : Math.min(cells.length - 1, Math.max(0, now + down));
    const place = columns.findIndex(({ column }) => column === selection?.column);
    const to = columns[now < 0 ? 0 : Math.min(columns.length - 1, Math.max(0, place + right))];
    const row = cells[at];
    if (row === undefined || to === undefined) return;
    choose(row.shown.race.id, row.kind === 'variant' ? row.variant.name : 'upstream', to.column);
    focusing.current = true;
  };
  /** The first race of the next family, or of the one before. */
  const jump = (by: 1 | -1): void => {
    const heads = shown.filter(({ race }, i) => familyOf(race.id) !== familyOf(shown[i - 1]?.race.id ?? ''));
    const family = familyOf(selection?.race ?? '');
    const now = heads.findIndex(({ race }) => familyOf(race.id) === family);
    const to = heads[now < 0 ? 0 : Math.min(heads.length - 1, Math.max(0, now + by))];
    if (to === undefined) return;
    choose(to.race.id, 'upstream', selection?.column ?? columns[0]?.column ?? 0);
    focusing.current = true;
  };
  const focusing = useRef(false);
  useEffect(() => {
    const cell = grid.current?.querySelector<HTMLElement>('[aria-selected="true"]');
    if (!focusing.current || cell === null || cell === undefined) return;
    focusing.current = false;
    cell.focus();
    cell.scrollIntoView({ block: 'nearest' });
  });
  const latest = useRef<RowActions>({ toggle, fold, choose, openCell });
  latest.current = { toggle, fold, choose, openCell };
  const acts = useMemo<RowActions>(
    () => ({
      toggle: (race) => latest.current.toggle(race),
      fold: (family) => latest.current.fold(family),
      choose: (...cell) => latest.current.choose(...cell),
      openCell: () => latest.current.openCell(),
    }),
    [],
  );
  const [there, all] = useGrowing(rows.length, map ? rows.length : rows.findIndex(isAt));
  useKeys({
    ArrowDown: () => move(1, 0),
    ArrowUp: () => move(-1, 0),
    ArrowRight: () => move(0, 1),
    ArrowLeft: () => move(0, -1),
    Enter: openCell,
    m: () => selection !== null && toggle(selection.race),
    ']': () => jump(1),
    '[': () => jump(-1),
  });
  return (
    <div class="mv">
      <FilterBar matrix={matrix} filter={filter} shown={shown} map={map} onChange={set} />
      <div class="mm">
        <div class="mgw" tabIndex={0} role="region" aria-label="Matrix" onScroll={all}>
          <div
            class={`mg${map ? ' map' : ''}`}
            role="grid"
            aria-label="Races and architectures"
            aria-rowcount={rows.length + 1}
            ref={grid}
            style={{ '--archs': String(columns.length) }}
          >
            <div class="r hd" role="row" aria-rowindex={1}>
              <span class="n" role="columnheader">
                Race
              </span>
              <span class="iv" role="columnheader">
                Invariants
              </span>
              {columns.map(({ arch, column }) => (
                <span
                  key={arch.id}
                  class={`c${selection?.column === column ? ' on' : ''}`}
                  role="columnheader"
                  title={`${arch.title} (${arch.memory})`}
                >
                  <ArchName id={arch.id} />
                </span>
              ))}
            </div>
            {rows.slice(0, there).map((row, i) => (
              <MatrixRow
                key={keyOf(row)}
                row={row}
                index={i + 2}
                columns={numbers}
                archs={archs}
                at={isAt(row) ? selection?.column : undefined}
                first={selection === null && row === rows[1]}
                acts={acts}
              />
            ))}
            {there < rows.length ? <Rest rows={rows.length - there} /> : null}
            {rows.length === 0 ? (
              <div role="row" class="none">
                <span role="gridcell">No race is like that. Clear a filter, or search for less.</span>
              </div>
            ) : null}
          </div>
        </div>
        <aside class="md" aria-label="Selected cell" tabIndex={0}>
          <CellPanel matrix={matrix} selection={selection} onChoose={choose} />
          <Patterns matrix={matrix} chosen={filter.pattern} onChoose={(pattern) => set({ pattern })} />
        </aside>
      </div>
    </div>
  );
}

/** The place of rows that are not there yet. */
const Rest = ({ rows }: { readonly rows: number }) => (
  <div role="presentation" style={{ height: `${rows * 22}px` }} />
);

/** `arm64-contpte` in two lines. */
function ArchName({ id }: { readonly id: string }) {
  const [head = '', ...rest] = id.split(/-(?=\D|64$)/);
  return (
    <>
      <span>{rest.length === 0 ? '' : head}</span>
      <b>{rest.length === 0 ? head : rest.join('-')}</b>
    </>
  );
}
