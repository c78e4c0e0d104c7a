/** A patch before and after: a race in each row, a plug-in in each column. */
import type { CheckedCell } from '@racewalk/fleet/web-worker';
import { archsIn, type Run } from './run.js';
import { lookOf, type TableProps } from './verdicts-view.js';

type Side = 'before' | 'after';

/** `✓`, `✗ DIRTY`, `…`. */
function sign(cell: CheckedCell | undefined): string {
  if (cell === undefined) return '·';
  const look = lookOf(cell);
  return look === 'v' ? `✗ ${cell.result.invariant}` : ({ h: '✓', b: '…', n: '–' }[look] ?? '‼');
}

/** Whether a cell looks like one of these; an error is no verdict, and nobody should take it for one that holds. */
const looks = (cell: CheckedCell | undefined, ...as: readonly string[]): boolean =>
  cell !== undefined && as.includes(lookOf(cell));

const breaks = (cell: CheckedCell | undefined): boolean => looks(cell, 'v', 'u');

interface Pair {
  readonly test: string;
  readonly arch: string;
  readonly before: CheckedCell | undefined;
  readonly after: CheckedCell | undefined;
}

function pairsOf({ planned, finished }: Run): Pair[] {
  const at = (test: string, arch: string, variant: Side) =>
    finished.find((cell) => cell.test === test && cell.arch === arch && cell.variant === variant);
  return planned
    .filter(({ variant }) => variant === 'after')
    .map(({ test, arch }) => ({
      test,
      arch,
      before: at(test, arch, 'before'),
      after: at(test, arch, 'after'),
    }));
}

/** What the patch comes to, in a line. */
function summary(pairs: readonly Pair[]): string {
  const both = pairs.filter(({ before, after }) => before !== undefined && after !== undefined);
  const count = (test: (pair: Pair) => boolean): number => both.filter(test).length;
  const broken = count(({ before, after }) => !breaks(before) && breaks(after));
  const mended = count(({ before, after }) => breaks(before) && !breaks(after));
  const still = count(({ before, after }) => breaks(before) && breaks(after));
  const undecided = count(
    ({ before, after }) => !breaks(before) && !breaks(after) && (looks(before, 'b') || looks(after, 'b')),
  );
  const parts = [
    `${broken} broken by the patch`,
    `${mended} mended`,
    ...(still > 0 ? [`${still} broken before and after`] : []),
    `${count(({ before, after }) => looks(before, 'h') && looks(after, 'h'))} hold before and after`,
    ...(undecided > 0 ? [`${undecided} bounded, which is no proof`] : []),
  ];
  return parts.join(' · ');
}

export function PatchView({ run, chosen, onChoose }: TableProps) {
  const pairs = pairsOf(run);
  if (pairs.length === 0) {
    return (
      <p class="ok dim">
        {run.state === 'running'
          ? 'Looking for races that call what the patch changes …'
          : 'No race calls what the patch changes: nothing was decided.'}
      </p>
    );
  }
  const archs = archsIn(run);
  const tests = [...new Set(pairs.map(({ test }) => test))];
  return (
    <div class="vt pt" tabIndex={0} role="region" aria-label="Before and after">
      <p class="pt-s" role="status">
        {summary(pairs)}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">race</th>
            {archs.map((arch) => (
              <th key={arch} scope="col">
                {arch}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tests.map((test) => (
            <tr key={test}>
              <th scope="row">{test}</th>
              {archs.map((arch) => {
                const pair = pairs.find((one) => one.test === test && one.arch === arch);
                return (
                  <td key={arch}>
                    {pair === undefined
                      ? null
                      : (['before', 'after'] as const).map((side) => (
                          <button
                            key={side}
                            type="button"
                            class={`vb k-${pair[side] === undefined ? 'n' : lookOf(pair[side])}`}
                            disabled={pair[side] === undefined}
                            aria-label={`${test} on ${arch} ${side} the patch: ${sign(pair[side])}`}
                            aria-pressed={
                              chosen.test === test && chosen.arch === arch && chosen.variant === side
                            }
                            onClick={() => onChoose({ test, arch, variant: side })}
                          >
                            <b>{sign(pair[side])}</b>
                            {side === 'before' ? <span class="dim"> →</span> : null}
                          </button>
                        ))}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
