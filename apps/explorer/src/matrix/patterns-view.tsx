/** Beside the matrix: in which ways architectures differ, and how often. */
import { useMemo } from 'preact/hooks';
import type { Matrix } from '../data/matrix.js';
import { patternsOf } from './patterns.js';

const LOOKS: Readonly<Record<string, string>> = { '1': 'v', '0': 'h', '-': 'n' };

/** Most that are listed. */
const MOST = 12;

export function Patterns({
  matrix,
  chosen,
  onChoose,
}: {
  readonly matrix: Matrix;
  /** The pattern that the matrix is filtered by. */
  readonly chosen: string;
  readonly onChoose: (key: string | undefined) => void;
}) {
  const patterns = useMemo(() => patternsOf(matrix), [matrix]);
  if (patterns.length === 0) return null;
  const variants = patterns.reduce((n, pattern) => n + pattern.variants, 0);
  return (
    <section class="sec">
      <h2>
        Where architectures differ{' '}
        <span class="dim">
          {variants} variants, {patterns.length} patterns
        </span>
      </h2>
      <ul class="pt">
        {patterns.slice(0, MOST).map(({ key, variants: n, where, why }) => (
          <li key={key}>
            <button
              type="button"
              aria-pressed={chosen === key}
              onClick={() => onChoose(chosen === key ? undefined : key)}
            >
              <span class="tk" aria-hidden="true">
                {[...key].map((one, i) => (
                  <i key={matrix.archs[i]?.id} class={`k-${LOOKS[one] ?? 'n'}`} />
                ))}
              </span>
              <span class="pt-w">{where}</span>
              <span class="pt-n">{n}</span>
              {why === undefined ? null : <span class="pt-y">Elsewhere: {why}</span>}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
