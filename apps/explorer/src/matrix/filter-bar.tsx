/** The totals, the search field and the filters. */
import { useRef } from 'preact/hooks';
import type { Matrix } from '../data/matrix.js';
import { useKeys } from '../ui/keys.js';
import { capabilities, type Filter, families, invariants, SHOWN, type ShownRace } from './filter.js';

const grouped = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');

export interface FilterBarProps {
  readonly matrix: Matrix;
  readonly filter: Filter;
  readonly shown: readonly ShownRace[];
  /** The whole matrix on one screen. */
  readonly map: boolean;
  readonly onChange: (changes: Readonly<Record<string, string | undefined>>) => void;
}

function Pick({
  label,
  none,
  value,
  values,
  onChange,
}: {
  readonly label: string;
  readonly none: string;
  readonly value: string;
  readonly values: readonly (readonly [string, string])[];
  readonly onChange: (value: string | undefined) => void;
}) {
  return (
    <select
      class="tool"
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    >
      <option value="">{none}</option>
      {values.map(([id, text]) => (
        <option key={id} value={id}>
          {text}
        </option>
      ))}
    </select>
  );
}

const plain = (values: readonly string[]): (readonly [string, string])[] => values.map((v) => [v, v]);

export function FilterBar({ matrix, filter, shown, map, onChange }: FilterBarProps) {
  const { summary } = matrix;
  const field = useRef<HTMLInputElement>(null);
  const toggleMap = (): void => onChange({ map: map ? undefined : '1' });
  useKeys({ f: () => field.current?.focus(), z: toggleMap });
  const { text, family, invariant, capability, pattern } = filter;
  const on = text + family + invariant + capability + pattern !== '' || filter.show !== 'all';
  return (
    <div class="mh">
      <h1 class="sr">Matrix</h1>
      <p class="ms">
        <span>
          <b>{matrix.races.length}</b> races
        </span>
        <span>
          <b>{matrix.archs.length}</b> architectures
        </span>
        <span>
          <b>{grouped(summary.cells)}</b> cells
        </span>
        <span>
          <b>{grouped(summary.asExpected)}</b> as expected
        </span>
        <span class={summary.unexpected === 0 ? '' : 'bad-e'}>
          <b>{summary.unexpected}</b> unexpected
        </span>
        <span>
          <b>{summary.bounded}</b> bounded
        </span>
        <span>
          <b>{grouped(summary.notApplicable)}</b> not applicable
        </span>
        <span>
          <b>{grouped(summary.executions)}</b> executions
        </span>
      </p>
      <div class="mf" role="search">
        <input
          ref={field}
          class="tool fx"
          type="search"
          placeholder="Search races, functions, commits"
          aria-label="Search races and variants"
          value={filter.text}
          onInput={(event) => onChange({ q: event.currentTarget.value || undefined })}
          onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        />
        <Pick
          label="Family"
          none="Every family"
          value={filter.family}
          values={plain(families(matrix))}
          onChange={(family) => onChange({ family })}
        />
        <Pick
          label="Invariant"
          none="Every invariant"
          value={filter.invariant}
          values={plain(invariants(matrix))}
          onChange={(invariant) => onChange({ invariant })}
        />
        <Pick
          label="Capability of the architecture"
          none="Every architecture"
          value={filter.capability}
          values={plain(capabilities(matrix))}
          onChange={(cap) => onChange({ cap })}
        />
        <Pick
          label="Finding"
          none={SHOWN.all}
          value={filter.show === 'all' ? '' : filter.show}
          values={Object.entries(SHOWN).filter(([id]) => id !== 'all')}
          onChange={(show) => onChange({ show })}
        />
        <button type="button" class="tool" aria-pressed={map} onClick={toggleMap}>
          Map <kbd>z</kbd>
        </button>
        {on ? (
          <button
            type="button"
            class="tool"
            onClick={() =>
              onChange({
                q: undefined,
                family: undefined,
                invariant: undefined,
                cap: undefined,
                show: undefined,
                pattern: undefined,
              })
            }
          >
            Clear
          </button>
        ) : null}
        <span class="dim" role="status">
          {on ? `${shown.length} of ${matrix.races.length} races` : ''}
        </span>
      </div>
      <p class="lg" aria-hidden="true">
        <span>
          <span class="g g-h">✓</span> the race holds
        </span>
        <span>
          <i class="k-v" /> a variant that breaks, as it must
        </span>
        <span>
          <i class="k-h" /> a variant that holds here, with a reason
        </span>
        <span>
          <i class="k-n" /> does not apply
        </span>
        <span>
          <i class="k-u" /> not as expected
        </span>
      </p>
    </div>
  );
}
