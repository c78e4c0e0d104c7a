/** What the chosen cell came to; a counterexample as a picture. */
import type { CheckedCell } from '@racewalk/fleet/web-worker';
import { useMemo } from 'preact/hooks';
import { LanesView } from '../trace/lanes-view.js';
import { pictureOf } from '../trace/model.js';
import { StatePanel } from '../trace/state-view.js';
import { Strip } from '../trace/strip-view.js';
import { useKeys } from '../ui/keys.js';

export interface ResultProps {
  readonly cell: CheckedCell;
  readonly step: number | undefined;
  readonly onStep: (step: number) => void;
  /** The address of the whole picture; null if it has none. */
  readonly address: string | null;
}

export function Result({ cell, step, onStep, address }: ResultProps) {
  if (cell.trace !== undefined) return <Broken {...{ cell, step, onStep, address }} />;
  const { result, reason, arch } = cell;
  const text = {
    holds:
      result.executions === 1
        ? `Holds on ${arch}: no invariant breaks in the one execution, which stands for all schedules.`
        : `Holds on ${arch}: no invariant breaks in any of ${result.executions} executions, which stand for all schedules.`,
    bounded: `Not decided: the search ended at a limit (${result.bound ?? ''}) after ${result.executions} executions without finding anything. That is no proof.`,
    'not-applicable': `Does not apply to ${arch}.`,
    violates: `${result.invariant ?? ''} breaks.`,
    nondeterministic: 'The race does not do the same when it is run twice.',
    error: 'The race cannot be run.',
  }[result.verdict];
  return (
    <div class="ok" role={result.verdict === 'error' ? 'alert' : undefined}>
      <p class="lead">{text}</p>
      {result.detail === undefined ? null : <p class="m">{result.detail}</p>}
      {reason === undefined ? null : <p class="dim">{reason}</p>}
    </div>
  );
}

function Broken({ cell, step, onStep, address }: ResultProps) {
  const { trace } = cell;
  const picture = useMemo(() => (trace === undefined ? null : pictureOf(trace)), [trace]);
  const last = (picture?.steps.length ?? 1) - 1;
  const home = picture === null || picture.broken < 0 ? 0 : picture.broken;
  const at = Math.min(last, Math.max(0, step ?? home));
  const go = (to: number): void => onStep(Math.min(last, Math.max(0, to)));
  useKeys({
    j: () => go(at + 1),
    k: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    x: () => go(home),
    g: () => go(0),
    G: () => go(last),
  });
  if (picture === null || trace === undefined || trace.fault === null) return null;
  return (
    <>
      <p class="brk on">
        <b>{trace.fault.code}.</b> {trace.fault.message}.{' '}
        {address === null ? null : (
          <a class="lnk" href={address}>
            Open the whole picture
          </a>
        )}
      </p>
      <Strip picture={picture} at={at} onSelect={go} />
      <LanesView picture={picture} at={at} onSelect={go} allArrows={false} folded={true} label="Steps" />
      <div class="pst">
        <StatePanel picture={picture} at={at} onSelect={go} />
      </div>
    </>
  );
}
