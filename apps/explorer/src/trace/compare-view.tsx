/** Two schedules side by side, the first difference ruled. */
import type { Trace } from '@racewalk/trace';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { useKeys } from '../ui/keys.js';
import { Bits } from './bits-view.js';
import { Value } from './changed.js';
import { firstDifference, type PairRow, pairs } from './compare.js';
import { type Picture, type PictureStep, pictureOf, sayStep, sayWho } from './model.js';
import { stateAt } from './state.js';

function Side({ picture, step }: { readonly picture: Picture; readonly step: PictureStep | null }) {
  if (step === null) {
    return (
      <div class="cs none">
        <span class="dim">no such step</span>
      </div>
    );
  }
  const lane = picture.lanes[step.lane];
  return (
    <div class="cs">
      <span class="sr">{sayWho(picture, step)}</span>
      <span class="cn" aria-hidden="true">
        {step.index + 1}
      </span>
      <span
        class={`st${step.bad ? ' bad' : ''}${step.buffered || step.event.flusher === true ? ' sb' : ''}`}
        data-t={step.bad ? 'bad' : step.kind.tone}
      >
        <span class="l1">
          <span class="tg" aria-hidden="true">
            {step.kind.tag}
          </span>
          <span class="cw" aria-hidden="true">
            {lane?.walker ? 'walker' : lane?.where}
          </span>
          <span class="op">
            {step.op} <b>{step.target}</b>
          </span>
          <span class="vl">
            <Value text={step.value} />
          </span>
        </span>
      </span>
    </div>
  );
}

const SIGN: Readonly<Record<PairRow['same'], string>> = { equal: '=', alike: '≈', none: '≠' };
const SAID: Readonly<Record<PairRow['same'], string>> = {
  equal: 'the same',
  alike: 'the same step, another outcome',
  none: 'only on one side',
};

function Verdict({ trace }: { readonly trace: Trace }) {
  const { fault, arch, variant, stats, memory } = trace;
  return (
    <div class="ch-s">
      {fault === null ? <span class="code k-h">✓ holds here</span> : <span class="code">✗ {fault.code}</span>}
      <b class="m">{arch}</b>
      <span class="dim">
        {variant.replace(/^mutant:/, 'mutant ')} · {memory.toUpperCase()} · {stats.steps} steps
      </span>
    </div>
  );
}

function Half({ picture, step }: { readonly picture: Picture; readonly step: PictureStep | null }) {
  const { trace } = picture;
  // Where a side has no such step, the state is that of its step before.
  return (
    <section class="cf-1" aria-label={`State on ${trace.arch}`}>
      <div class="sec">
        <h2>
          <b>{trace.arch}</b> {step === null ? 'has no such step.' : `${sayStep(picture, step)}.`}
        </h2>
        {step === null ? null : (
          <Bits
            picture={picture}
            state={stateAt(trace, step.index)}
            tone={step.bad ? 'bad' : step.kind.tone}
          />
        )}
      </div>
    </section>
  );
}

export function CompareView({
  left,
  right,
  actions,
}: {
  readonly left: Trace;
  readonly right: Trace;
  readonly actions?: ComponentChildren;
}) {
  const a = useMemo(() => pictureOf(left), [left]);
  const b = useMemo(() => pictureOf(right), [right]);
  const rows = useMemo(() => pairs(a, b), [a, b]);
  const first = firstDifference(rows);
  const [at, setAt] = useState(Math.max(0, first));
  useEffect(() => setAt(Math.max(0, first)), [rows]);
  const list = useRef<HTMLOListElement>(null);
  const go = (to: number): void => {
    const next = Math.min(rows.length - 1, Math.max(0, to));
    setAt(next);
    list.current?.querySelector<HTMLElement>(`[data-row="${next}"]`)?.focus();
  };
  const difference = (from: number, by: 1 | -1): number => {
    for (let i = from + by; i >= 0 && i < rows.length; i += by) if (rows[i]?.same !== 'equal') return i;
    return from;
  };
  useKeys({
    j: () => go(at + 1),
    k: () => go(at - 1),
    ArrowDown: () => go(at + 1),
    ArrowUp: () => go(at - 1),
    d: () => go(difference(at, 1)),
    D: () => go(difference(at, -1)),
    g: () => go(0),
    G: () => go(rows.length - 1),
  });
  const row = rows[at];
  const equal = rows.filter(({ same }) => same === 'equal').length;
  return (
    <article class="cv" aria-label={`${left.arch} and ${right.arch}, the same schedule`}>
      <header class="th">
        <div>
          <h1>{left.test}</h1>
          <p class="msg">
            {first < 0
              ? 'Both machines do the same, step by step.'
              : `The first difference is in row ${first + 1}; ${equal} of ${rows.length} rows are the same.`}
          </p>
        </div>
        <div class="acts">
          <button type="button" class="tool" onClick={() => go(difference(at, 1))}>
            Next difference <kbd>d</kbd>
          </button>
          {actions}
        </div>
      </header>
      <div class="cvh">
        <Verdict trace={left} />
        <span />
        <Verdict trace={right} />
      </div>
      <ol class="cv-b" ref={list} aria-label="Steps of both">
        {rows.map(({ left: l, right: r, same }, i) => (
          <li key={i}>
            {i === first ? (
              <p class="cfirst">
                <span>First difference</span>
              </p>
            ) : null}
            <button
              type="button"
              class={`crow${same === 'equal' ? '' : ' diff'}${i === at ? ' cur' : ''}`}
              data-row={i}
              tabIndex={i === at ? 0 : -1}
              aria-current={i === at ? 'step' : undefined}
              onClick={() => setAt(i)}
            >
              <span class="sr">{SAID[same]}: </span>
              <Side picture={a} step={l} />
              <span class="ceq" aria-hidden="true">
                {SIGN[same]}
              </span>
              <Side picture={b} step={r} />
            </button>
          </li>
        ))}
        <li class="cend">
          <Ending trace={left} />
          <span />
          <Ending trace={right} />
        </li>
      </ol>
      {row === undefined ? null : (
        <div class="cf" tabIndex={0} role="region" aria-label="State of both">
          <Half picture={a} step={row.left} />
          <Half picture={b} step={row.right} />
        </div>
      )}
    </article>
  );
}

function Ending({ trace: { fault } }: { readonly trace: Trace }) {
  if (fault === null) return <p class="end ok-e">No invariant breaks.</p>;
  return (
    <p class="end bad-e">
      ✗ {fault.code}: {fault.message}
    </p>
  );
}
