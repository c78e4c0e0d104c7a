/** Verdict per architecture and variant; a cell that breaks is a button. */
import type { CheckedCell, PlannedCell } from '@racewalk/fleet/web-worker';
import { shortName } from '../matrix/cell-look.js';
import { archsIn, type Run, variantsIn } from './run.js';

export interface Chosen {
  /** Of a patch, which runs many races. */
  readonly test?: string;
  readonly arch: string;
  readonly variant: string;
}

const isAt = (cell: PlannedCell, { arch, variant }: Chosen): boolean =>
  cell.arch === arch && cell.variant === variant;

/** `✗ DIRTY`, `✓`, `…`: what a cell came to. */
function outcome({ result }: CheckedCell): string {
  switch (result.verdict) {
    case 'holds':
      return '✓ holds';
    case 'violates':
      return `✗ ${result.invariant}`;
    case 'bounded':
      return `… bounded (${result.bound})`;
    case 'not-applicable':
      return '–';
    default:
      return `‼ ${result.verdict}`;
  }
}

/** How a verdict looks: `k-h` holds, `k-v` violates, `k-b` bounded, `k-n` not applicable, `k-u` anything else. */
export const lookOf = ({ result }: CheckedCell): string =>
  ({ holds: 'h', violates: 'v', bounded: 'b', 'not-applicable': 'n' })[result.verdict as string] ?? 'u';

/** A table of verdicts: of this run, with one cell chosen. */
export interface TableProps {
  readonly run: Run;
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}

export function Verdicts({ run, chosen, onChoose }: TableProps) {
  const variants = variantsIn(run);
  if (variants.length === 0) return null;
  return (
    <div class="vt" tabIndex={0} role="region" aria-label="Verdicts">
      <table>
        <thead>
          <tr>
            <th scope="col">architecture</th>
            {variants.map((variant) => (
              <th key={variant} scope="col">
                {shortName(variant)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {archsIn(run).map((arch) => (
            <tr key={arch}>
              <th scope="row">{arch}</th>
              {variants.map((variant) => (
                <Verdict key={variant} run={run} at={{ arch, variant }} chosen={chosen} onChoose={onChoose} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Verdict({
  run,
  at,
  chosen,
  onChoose,
}: {
  readonly run: Run;
  readonly at: Chosen;
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
}) {
  const cell = run.finished.find((one) => isAt(one, at));
  if (cell === undefined) {
    const now = run.running !== null && isAt(run.running, at) && run.state === 'running';
    return <td class="dim">{now ? 'running' : run.state === 'running' ? '' : 'not run'}</td>;
  }
  const { result, reason, expected } = cell;
  const wrong = !result.asExpected && result.verdict !== 'bounded';
  const current = chosen.arch === at.arch && chosen.variant === at.variant;
  const steps = cell.trace === undefined ? '' : `${cell.trace.events.length} steps`;
  const detail =
    result.verdict === 'holds'
      ? `${result.executions} execution${result.executions === 1 ? '' : 's'}`
      : steps;
  return (
    <td>
      <button
        type="button"
        class={`vb k-${lookOf(cell)}`}
        aria-pressed={current}
        title={result.detail ?? reason ?? expected}
        onClick={() => onChoose(at)}
      >
        <b>{outcome(cell)}</b> <span>{detail}</span>
        {wrong ? <span class="bad-e"> not as the file says</span> : null}
      </button>
    </td>
  );
}
