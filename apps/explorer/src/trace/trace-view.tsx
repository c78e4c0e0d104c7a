/** One schedule: the picture, the state at the cursor, the source, and the keys. */
import type { Trace } from '@racewalk/trace';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { useKeys } from '../ui/keys.js';
import { sentence } from '../ui/sentence.js';
import { copyText } from '../ui/toast.js';
import { ExportMenu } from './export-menu.js';
import { LanesView } from './lanes-view.js';
import { nextInChain, nextSwitch, type Picture, pictureOf, sayStep } from './model.js';
import { type Sources, SourceView } from './source-view.js';
import { StatePanel } from './state-view.js';
import { Strip } from './strip-view.js';

/** Milliseconds a step is shown while playing. */
const BEAT = 900;

export interface TraceViewProps {
  readonly trace: Trace;
  /** The step at the cursor, from 0; undefined: where it breaks. */
  readonly step: number | undefined;
  readonly onStep: (step: number) => void;
  readonly sources: Sources;
  readonly link: () => Promise<string>;
  /** Further buttons. */
  readonly actions?: ComponentChildren;
}

/** `5 steps, 1 preemption`. */
const counted = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

const MEMORY: Readonly<Record<Trace['memory'], string>> = {
  sc: 'sequential consistency',
  tso: 'store buffers (TSO)',
  weak: 'weak memory',
};

/** What is shown, in a line each. */
export function TraceHead({
  trace,
  children,
}: {
  readonly trace: Trace;
  readonly children?: ComponentChildren;
}) {
  const { fault, stats, params } = trace;
  const since = trace.causes?.brokenSince;
  const facts = [
    trace.arch,
    trace.variant.replace(/^mutant:/, 'mutant '),
    MEMORY[trace.memory],
    counted(stats.steps, 'step'),
    counted(stats.preemptions, 'preemption'),
    ...(typeof since === 'number' ? [`doomed since step ${since + 1}`] : []),
    ...Object.entries(params).map(([name, value]) => `${name} ${value}`),
  ];
  return (
    <header class="th">
      <div>
        <h1>
          {fault === null ? (
            <span class="code k-h">✓ holds here</span>
          ) : (
            <span class="code">✗ {fault.code}</span>
          )}
          {trace.test}
        </h1>
        <p class="msg">
          {fault === null ? 'No invariant breaks in this schedule.' : `${sentence(fault.message)}.`}
        </p>
        <p class="facts">
          {facts.map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      <div class="acts">{children}</div>
    </header>
  );
}

/** Lines that some step takes, by file. */
function markedLines({ events }: Trace): ReadonlyMap<string, ReadonlySet<number>> {
  const marked = new Map<string, Set<number>>();
  for (const { at } of events) {
    if (at === undefined) continue;
    const lines = marked.get(at.file) ?? new Set();
    lines.add(at.line);
    marked.set(at.file, lines);
  }
  return marked;
}

/** The step before or behind in the same lane. */
function sameLane({ steps }: Picture, at: number, by: 1 | -1): number {
  const lane = steps[at]?.lane;
  for (let i = at + by; i >= 0 && i < steps.length; i += by) if (steps[i]?.lane === lane) return i;
  return at;
}

function Key() {
  return (
    <p class="key" aria-hidden="true">
      <span data-k="read">
        <b>R</b> read
      </span>
      <span data-k="write">
        <b>W</b> write
      </span>
      <span data-k="hw">
        <b>HW</b> hardware
      </span>
      <span data-k="inv">
        <b>INV</b> invalidation
      </span>
      <span>
        <Line kind="read" /> read from
      </span>
      <span>
        <Line kind="inv" dash="5 3" /> drops a translation
      </span>
      <span>
        <Line kind="write" dash="1.5 3" /> left the store buffer
      </span>
    </p>
  );
}

const Line = ({ kind, dash }: { readonly kind: string; readonly dash?: string }) => (
  <svg width="26" height="8">
    <path
      d="M0 4H26"
      stroke={`var(--${kind})`}
      stroke-width="2"
      {...(dash === undefined ? {} : { 'stroke-dasharray': dash })}
    />
  </svg>
);

export function TraceView({ trace, step, onStep, sources, link, actions }: TraceViewProps) {
  const picture = useMemo(() => pictureOf(trace), [trace]);
  const marked = useMemo(() => markedLines(trace), [trace]);
  const last = picture.steps.length - 1;
  const home = picture.broken >= 0 ? picture.broken : 0;
  const at = Math.min(last, Math.max(0, step ?? home));
  const [all, setAll] = useState(false);
  const [folded, setFolded] = useState(true);
  const [playing, setPlaying] = useState(false);
  const go = (to: number): void => onStep(Math.min(last, Math.max(0, to)));
  const source = (): number =>
    picture.edges.find(({ kind, from }) => from === at && kind === 'reads')?.to ??
    picture.edges.find(({ from }) => from === at)?.to ??
    at;
  useEffect(() => {
    if (!playing) return;
    if (at >= last) {
      setPlaying(false);
      return;
    }
    const timer = setTimeout(() => onStep(at + 1), BEAT);
    return () => clearTimeout(timer);
  }, [playing, at, last]);
  const play = (): void => {
    if (!playing && at >= last) onStep(0);
    setPlaying(!playing);
  };
  useKeys({
    j: () => go(at + 1),
    k: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    ArrowRight: () => go(at + 1),
    ArrowLeft: () => go(at - 1),
    n: () => go(sameLane(picture, at, 1)),
    p: () => go(sameLane(picture, at, -1)),
    ']': () => go(nextSwitch(picture, at, 1)),
    '[': () => go(nextSwitch(picture, at, -1)),
    r: () => go(source()),
    x: () => go(home),
    g: () => go(0),
    G: () => go(last),
    Home: () => go(0),
    End: () => go(last),
    ' ': play,
    e: () => setAll(!all),
    a: () => setFolded(!folded),
    m: () => go(nextInChain(picture, at, 1)),
    M: () => go(nextInChain(picture, at, -1)),
    y: () => trace.token !== undefined && void copyText(`racewalk replay ${trace.token}`, 'command'),
  });
  const current = picture.steps[at];
  const buttons = (
    <>
      <button type="button" class="tool" onClick={play} aria-pressed={playing}>
        {playing ? 'Pause' : 'Play'} <kbd>space</kbd>
      </button>
      <button type="button" class="tool" onClick={() => go(nextSwitch(picture, at, 1))}>
        Next switch <kbd>]</kbd>
      </button>
      {picture.broken < 0 ? null : (
        <button type="button" class="tool" onClick={() => go(home)}>
          Where it breaks <kbd>x</kbd>
        </button>
      )}
      {picture.chained ? (
        <button type="button" class="tool" aria-pressed={!folded} onClick={() => setFolded(!folded)}>
          All steps <kbd>a</kbd>
        </button>
      ) : null}
      <button type="button" class="tool" aria-pressed={all} onClick={() => setAll(!all)}>
        All arrows <kbd>e</kbd>
      </button>
    </>
  );
  return (
    <article class="tr" aria-label={`Counterexample of ${trace.test} on ${trace.arch}`}>
      <TraceHead trace={trace}>
        {buttons}
        {actions}
        <ExportMenu trace={trace} link={link} />
      </TraceHead>
      <p class="sr" role="status" aria-live="polite">
        {current === undefined || document.activeElement?.closest('ol') ? '' : sayStep(picture, current)}
      </p>
      <div class="tv">
        <div class="tv-l">
          <Strip picture={picture} at={at} onSelect={go} />
          <LanesView picture={picture} at={at} onSelect={go} allArrows={all} folded={folded} label="Steps" />
          <Key />
          <SourceView place={current?.event.at} sources={sources} marked={marked} />
        </div>
        <div class="tv-r" tabIndex={0} role="region" aria-label="State at the step">
          <StatePanel picture={picture} at={at} onSelect={go} />
        </div>
      </div>
      <div class="mb">
        <button type="button" class="icon" aria-label="Step before" onClick={() => go(at - 1)}>
          ↑
        </button>
        <button type="button" class="icon" aria-label="Next step" onClick={() => go(at + 1)}>
          ↓
        </button>
        <span class="mb-t">
          <b>{at + 1}</b> {current?.op} {current?.target}
        </span>
        <button type="button" class="icon x" aria-label="Where it breaks" onClick={() => go(home)}>
          ✗
        </button>
      </div>
    </article>
  );
}
