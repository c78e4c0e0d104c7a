/** Every race on every architecture: search, filters, and a cell that opens. */
import { useEffect, useMemo, useRef } from 'preact/hooks';
import { familyOf, type Matrix, type VariantInfo } from '../data/matrix.js';
import { address, type Route, replaceAddress } from '../route.js';
import { useKeys } from '../ui/keys.js';
import { lookOf, saidOf, shortName, summaryOf, wordOf } from './cell-look.js';
import { CellPanel } from './cell-panel.js';
import { columnsOf, type Filter, filtered, type ShownRace } from './filter.js';
import { FilterBar } from './filter-bar.js';
import { Patterns } from './patterns-view.js';
import type { Selection } from './selection.js';

type Row =
  | {
      readonly kind: 'family';
      readonly family: string;
      readonly races: number;
      readonly variants: number;
      /** Variants that break as they must, by column. */
      readonly caught: readonly number[];
      readonly open: boolean;
    }
  | { readonly kind: 'race'; readonly shown: ShownRace; readonly open: boolean }
  | { readonly kind: 'variant'; readonly shown: ShownRace; readonly variant: VariantInfo };

/** The rows of the grid; a race that is open is followed by its variants. */
function rowsOf(shown: readonly ShownRace[], open: ReadonlySet<string>, closed: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  let family = '';
  for (const one of shown) {
    const own = familyOf(one.race.id);
    if (own !== family) {
      family = own;
      const members = shown.filter(({ race }) => familyOf(race.id) === own);
      const others = members.flatMap((m) => m.variants.filter(({ name }) => name !== 'upstream'));
      const caught = (members[0]?.race.variants[0]?.cells ?? []).map(
        (_, column) => others.filter(({ cells }) => lookOf(cells[column] ?? null) === 'v').length,
      );
      const variants = others.length;
      const isOpen = !closed.has(own);
      rows.push({ kind: 'family', family: own, races: members.length, variants, caught, open: isOpen });
    }
    if (closed.has(own)) continue;
    const isOpen = open.has(one.race.id);
    rows.push({ kind: 'race', shown: one, open: isOpen });
    if (!isOpen) continue;
    for (const variant of one.variants) {
      // The row of the race is its upstream.
      if (variant.name !== 'upstream') rows.push({ kind: 'variant', shown: one, variant });
    }
  }
  return rows;
}

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

export function MatrixView({ matrix, route }: { readonly matrix: Matrix; readonly route: Route }) {
  const { query } = route;
  const key = query.toString();
  const filter = useMemo(() => filterOf(query), [key]);
  const shown = useMemo(() => filtered(matrix, filter), [matrix, filter]);
  const columns = useMemo(() => columnsOf(matrix, filter), [matrix, filter]);
  const open = useMemo(() => new Set((query.get('open') ?? '').split(',').filter(Boolean)), [key]);
  const closed = useMemo(() => new Set((query.get('closed') ?? '').split(',').filter(Boolean)), [key]);
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
        <div class="mgw" tabIndex={0} role="region" aria-label="Matrix">
          <div
            class={`mg${map ? ' map' : ''}`}
            role="grid"
            aria-label="Races and architectures"
            aria-rowcount={rows.length + 1}
            ref={grid}
            style={{ '--archs': String(columns.length) }}
          >
            <div class="r hd" role="row">
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
            {rows.map((row) => (
              <MatrixRow
                key={keyOf(row)}
                row={row}
                columns={columns.map(({ column }) => column)}
                archs={matrix.archs.map(({ id }) => id)}
                selection={isAt(row) ? selection : null}
                first={selection === null && row === rows[1]}
                onToggle={toggle}
                onFold={fold}
                onChoose={choose}
                onOpen={openCell}
              />
            ))}
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

const keyOf = (row: Row): string => {
  if (row.kind === 'family') return row.family;
  return row.kind === 'race' ? row.shown.race.id : `${row.shown.race.id} ${row.variant.name}`;
};

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

interface RowProps {
  readonly row: Row;
  readonly columns: readonly number[];
  readonly archs: readonly string[];
  readonly selection: Selection | null;
  /** Nothing is selected, and this row takes the focus first. */
  readonly first: boolean;
  readonly onToggle: (race: string) => void;
  readonly onFold: (family: string) => void;
  readonly onChoose: (race: string, variant: string, column: number) => void;
  readonly onOpen: () => void;
}

function MatrixRow({ row, columns, archs, selection, first, onToggle, onFold, onChoose, onOpen }: RowProps) {
  if (row.kind === 'family') {
    return (
      <div class="fam" role="row">
        <span class="n" role="rowheader">
          <button
            type="button"
            class="tw"
            aria-expanded={row.open}
            aria-label={`Races of ${row.family}`}
            onClick={() => onFold(row.family)}
          >
            {row.open ? '▾' : '▸'}
          </button>
          <b>{row.family}</b>
          <span class="dim">
            {row.races} races, {row.variants} variants
          </span>
        </span>
        <span class="iv" role="gridcell">
          caught
        </span>
        {columns.map((column) => (
          <span
            key={column}
            class="c"
            role="gridcell"
            aria-label={`${archs[column]}: ${row.caught[column]} caught`}
          >
            {row.caught[column]}
          </span>
        ))}
      </div>
    );
  }
  const { race, variants } = row.shown;
  const own = row.kind === 'variant' ? row.variant : null;
  const name = own?.name ?? 'upstream';
  const upstream = race.variants.find((variant) => variant.name === 'upstream');
  const cellProps = (column: number) => {
    const selected = selection?.column === column;
    const said = own === null ? summaryOf(variants, column) : saidOf(own.cells[column] ?? null);
    return {
      role: 'gridcell' as const,
      class: `c${selected ? ' sel' : ''}`,
      'aria-selected': selected,
      'aria-label': `${archs[column]}: ${said}`,
      tabIndex: selected || (first && column === columns[0]) ? 0 : -1,
      onClick: () => onChoose(race.id, name, column),
      onDblClick: onOpen,
    };
  };
  if (own !== null) {
    return (
      <div class={`r mu${selection === null ? '' : ' cur'}`} role="row">
        <span class="n" role="rowheader" title={own.what}>
          <span class="rn">{shortName(own.name)}</span>
          <span class="rt">{own.what ?? race.title}</span>
        </span>
        <span class="iv" role="gridcell" />
        {columns.map((column) => {
          const cell = own.cells[column] ?? null;
          return (
            <span key={column} {...cellProps(column)}>
              <span class={`w w-${lookOf(cell)}`}>{wordOf(cell)}</span>
            </span>
          );
        })}
      </div>
    );
  }
  const others = variants.filter((variant) => variant.name !== 'upstream');
  const short = race.id.slice(race.id.indexOf('/') + 1);
  return (
    <div class={`r${selection === null ? '' : ' cur'}`} role="row">
      <span class="n" role="rowheader">
        <button
          type="button"
          class="tw"
          aria-expanded={row.kind === 'race' && row.open}
          aria-label={`Variants of ${race.id}`}
          onClick={() => onToggle(race.id)}
        >
          {row.kind === 'race' && row.open ? '▾' : '▸'}
        </button>
        <span class="rn" title={race.title}>
          {short}
        </span>
        <span class="rt">{race.title}</span>
      </span>
      <span class="iv" role="gridcell">
        {race.invariants.join(' ')}
      </span>
      {columns.map((column) => (
        <span key={column} {...cellProps(column)}>
          <span class={`g g-${lookOf(upstream?.cells[column] ?? null)}`}>{glyph(upstream, column)}</span>
          <span class="tk">
            {others.map((variant) => (
              <i key={variant.name} class={`k-${lookOf(variant.cells[column] ?? null)}`} />
            ))}
          </span>
        </span>
      ))}
    </div>
  );
}

/** The race itself, in a sign. */
function glyph(variant: VariantInfo | undefined, column: number): string {
  const cell = variant?.cells[column] ?? null;
  return { h: '✓', v: '✗', n: '–', b: '…', u: '‼' }[lookOf(cell)];
}
