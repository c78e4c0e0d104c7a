/** What is known of the selected cell, and the way to its counterexample. */
import type { Matrix, VariantInfo } from '../data/matrix.js';
import { address } from '../route.js';
import { sentence } from '../ui/sentence.js';
import { copyText } from '../ui/toast.js';
import { lookOf, saidOf, shortName, wordOf } from './cell-look.js';
import type { Selection } from './selection.js';

export interface CellPanelProps {
  readonly matrix: Matrix;
  readonly selection: Selection | null;
  readonly onChoose: (race: string, variant: string, column: number) => void;
}

/** What stands at the side while nothing is selected. */
function Welcome({ matrix }: { readonly matrix: Matrix }) {
  return (
    <section class="sec">
      <h2>Races between page-table code and hardware</h2>
      <p class="lead">
        Each cell is decided by running every schedule of a race on a model of one architecture: its
        page-table layout, walker, TLBs and memory order.
      </p>
      <p class="why">
        A variant is the same race with one thing changed: a mutant that must be caught, or what a release of
        Linux does. Select a cell to see what it came to; one that breaks opens as a picture.
      </p>
      <p class="why">
        <a class="lnk" href={address('play')}>
          Write a race of your own in C
        </a>
        , or drop a trace file or a token anywhere on this page.
      </p>
      <p class="dim">
        racewalk {matrix.version}, {Math.round(matrix.summary.ms / 1000)} s to decide all of it. Arrow keys
        move, Enter opens, m shows variants.
      </p>
    </section>
  );
}

export function CellPanel({ matrix, selection, onChoose }: CellPanelProps) {
  const race = matrix.races.find(({ id }) => id === selection?.race);
  const variant = race?.variants.find(({ name }) => name === selection?.variant);
  const arch = matrix.archs[selection?.column ?? -1];
  if (selection === null || race === undefined || variant === undefined || arch === undefined) {
    return <Welcome matrix={matrix} />;
  }
  const cell = variant.cells[selection.column] ?? null;
  const look = lookOf(cell);
  const reason = cell === null ? undefined : matrix.texts[cell[5]];
  const breaks = cell?.[0] === 'violates';
  const broken = variant.cells.filter((c) => c?.[0] === 'violates').length;
  const flag = variant.name === 'upstream' ? '' : ` --variant ${variant.name}`;
  const command = breaks
    ? `npx racewalk explain ${race.id} --arch ${arch.id}${flag}`
    : `npx racewalk explore ${race.id} --arch ${arch.id}${flag}`;
  return (
    <>
      <section class="sec">
        <h2>
          Selected cell <span class="dim">{arch.id}</span>
        </h2>
        <p class="big">
          <span class={`code k-${look}`}>
            {breaks ? `✗ ${cell[1]}` : saidOf(cell)}
            {look === 'u' ? ', not as expected' : ''}
          </span>
        </p>
        <p class="rid m">{race.id}</p>
        <p class="rid m">{shortName(variant.name)}</p>
        <p class="lead">{sentence(variant.what ?? race.title)}.</p>
        {reason === undefined ? null : (
          <p class="why">
            <b>{breaks ? 'Why it breaks: ' : 'Why: '}</b>
            {reason}
          </p>
        )}
        {variant.kernel === undefined ? null : (
          <p class="why">
            <b>In the kernel: </b>
            {variant.kernel}
          </p>
        )}
        {variant.known === undefined ? null : (
          <p class="why">
            <b>Known: </b>
            {variant.known}
          </p>
        )}
        {cell === null || cell[0] === 'not-applicable' ? null : (
          <dl class="kv one">
            <div>
              <dt>executions</dt>
              <dd>{cell[3]}</dd>
            </div>
            {breaks ? (
              <div>
                <dt>steps of the counterexample</dt>
                <dd>{cell[4]}</dd>
              </div>
            ) : null}
            <div>
              <dt>breaks on</dt>
              <dd>
                {broken} of {variant.cells.filter((c) => c !== null && c[0] !== 'not-applicable').length}
              </dd>
            </div>
          </dl>
        )}
        {breaks ? (
          <a class="tool go" href={address('cell', [race.id, arch.id, variant.name])}>
            Open the counterexample <kbd>⏎</kbd>
          </a>
        ) : null}
        <button type="button" class="cmd m" onClick={() => void copyText(command, 'command')} title="Copy">
          {command}
        </button>
      </section>
      <section class="sec">
        <h2>Variants on {arch.id}</h2>
        <ul class="ml">
          {race.variants.map((other) => (
            <Other
              key={other.name}
              variant={other}
              column={selection.column}
              current={other.name === variant.name}
              onChoose={() => onChoose(race.id, other.name, selection.column)}
            />
          ))}
        </ul>
      </section>
      <section class="sec">
        <h2>About the race</h2>
        <p>{race.about}</p>
        <p class="dim">{race.source}</p>
      </section>
    </>
  );
}

function Other({
  variant,
  column,
  current,
  onChoose,
}: {
  readonly variant: VariantInfo;
  readonly column: number;
  readonly current: boolean;
  readonly onChoose: () => void;
}) {
  const cell = variant.cells[column] ?? null;
  return (
    <li>
      <button type="button" onClick={onChoose} aria-pressed={current} title={variant.what}>
        <span class={`w w-${lookOf(cell)}`}>{wordOf(cell)}</span>
        <span class="m">{shortName(variant.name)}</span>
      </button>
    </li>
  );
}
