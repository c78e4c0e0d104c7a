/** A row of the grid: a family, a race, or one of its variants. */
import { Component } from 'preact';
import type { VariantInfo } from '../data/matrix.js';
import { lookOf, saidOf, shortName, summaryOf, wordOf } from './cell-look.js';
import type { Row } from './rows.js';

/** What a row asks for. */
export interface RowActions {
  readonly toggle: (race: string) => void;
  readonly fold: (family: string) => void;
  readonly choose: (race: string, variant: string, column: number) => void;
  readonly openCell: () => void;
}

interface RowProps {
  readonly row: Row;
  /** Its number in the grid, whether the rows before it are there yet or not. */
  readonly index: number;
  readonly columns: readonly number[];
  readonly archs: readonly string[];
  /** The column that is selected, where the selection is in this row. */
  readonly at: number | undefined;
  /** Nothing is selected, and this row takes the focus first. */
  readonly first: boolean;
  /** The same object for as long as the grid is shown. */
  readonly acts: RowActions;
}

/** Drawn again only if something about this row has changed: a key moves the selection past thousands of cells. */
export class MatrixRow extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    return (Object.keys(next) as (keyof RowProps)[]).some((name) => next[name] !== this.props[name]);
  }

  override render(props: RowProps) {
    return <RowCells {...props} />;
  }
}

function RowCells({ row, index, columns, archs, at, first, acts }: RowProps) {
  if (row.kind === 'family') {
    return (
      <div class="fam" role="row" aria-rowindex={index}>
        <span class="n" role="rowheader">
          <button
            type="button"
            class="tw"
            aria-expanded={row.open}
            aria-label={`Races of ${row.family}`}
            onClick={() => acts.fold(row.family)}
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
  const cellOf = ({ target }: { readonly target: EventTarget | null }): Element | null =>
    target instanceof Element ? target.closest('.c') : null;
  const choose = (event: Event): void => {
    const cell = cellOf(event);
    const place = [...(cell?.parentElement?.children ?? [])].filter((one) => one.matches('.c'));
    const column = cell === null ? undefined : columns[place.indexOf(cell)];
    if (column !== undefined) acts.choose(race.id, name, column);
  };
  const open = (event: Event): void => {
    if (cellOf(event) !== null) acts.openCell();
  };
  const rowProps = {
    role: 'row' as const,
    'aria-rowindex': index,
    onClick: choose,
    onDblClick: open,
  };
  const cellProps = (column: number) => {
    const selected = at === column;
    const said = own === null ? summaryOf(variants, column) : saidOf(own.cells[column] ?? null);
    return {
      role: 'gridcell' as const,
      class: `c${selected ? ' sel' : ''}`,
      'aria-selected': selected,
      'aria-label': `${archs[column]}: ${said}`,
      tabIndex: selected || (first && column === columns[0]) ? 0 : -1,
    };
  };
  if (own !== null) {
    return (
      <div class={`r mu${at === undefined ? '' : ' cur'}`} {...rowProps}>
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
    <div class={`r${at === undefined ? '' : ' cur'}`} {...rowProps}>
      <span class="n" role="rowheader">
        <button
          type="button"
          class="tw"
          aria-expanded={row.kind === 'race' && row.open}
          aria-label={`Variants of ${race.id}`}
          onClick={() => acts.toggle(race.id)}
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
