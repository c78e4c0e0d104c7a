/** The panel beside the picture: the step in a sentence, and the state behind it. */
import { Bits } from './bits-view.js';
import type { Picture, PictureStep } from './model.js';
import { stateAt, type WordState } from './state.js';

const isLocal = ({ cell: { role } }: WordState): boolean => role.is === 'lock' || role.is === 'cpu';
const isEntry = ({ cell: { role } }: WordState): boolean =>
  ['entry', 'tlb', 'device-tlb', 'device-entry'].includes(role.is);

/** Who holds a lock, by name: the word of a lock is the thread's number plus one. */
function holderOf(picture: Picture, { cell, value, text }: WordState): string {
  if (cell.role.is !== 'lock' || typeof value !== 'number') return text;
  if (value === 0) return 'free';
  const name = picture.trace.agents.find(({ id }) => id === value - 1)?.name;
  return name === undefined || text !== String(value) ? text : name;
}

function Words({ picture, words }: { readonly picture: Picture; readonly words: readonly WordState[] }) {
  return (
    <dl class="kv">
      {words.map((word) => (
        <div key={word.cell.name} class={word.changed ? 'chg' : word.moved ? '' : 'same'}>
          <dt title={word.cell.name}>{word.cell.name}</dt>
          <dd>
            {word.changed && word.beforeText !== word.text ? (
              <>
                <s>{holderOf(picture, { ...word, value: word.before, text: word.beforeText })}</s>{' '}
              </>
            ) : null}
            {holderOf(picture, word)}
          </dd>
        </div>
      ))}
    </dl>
  );
}

function Section({
  title,
  picture,
  words,
  tone,
}: {
  readonly title: string;
  readonly picture: Picture;
  readonly words: readonly WordState[];
  readonly tone: string;
}) {
  const shown = words.filter(({ moved, changed }) => moved || changed);
  const rest = words.filter((word) => !shown.includes(word));
  if (words.length === 0) return null;
  return (
    <section class="sec" data-k={tone}>
      <h3>{title}</h3>
      {shown.length === 0 ? <p class="dim">as at the start</p> : <Words picture={picture} words={shown} />}
      {rest.length === 0 ? null : (
        <details class="more">
          <summary>{rest.length} as at the start</summary>
          <Words picture={picture} words={rest} />
        </details>
      )}
    </section>
  );
}

/** Whether it can still be saved at a step, as far as the engine knows. */
function Standing({
  picture: { trace, since },
  step,
}: {
  readonly picture: Picture;
  readonly step: PictureStep;
}) {
  const known = trace.causes?.brokenSince;
  const hangs = step.chain
    ? ' The fault hangs on this step: elsewhere in the schedule, it can be avoided.'
    : '';
  if (known === null) return <> Every execution of this variant breaks an invariant.</>;
  if (since === null) return <>{hangs}</>;
  if (step.index < since)
    return (
      <>
        {' '}
        Until step {since + 1} another order would save it.{hangs}
      </>
    );
  if (step.index > since)
    return (
      <>
        {' '}
        Since step {since + 1} nothing can save it.{hangs}
      </>
    );
  return (
    <>
      {' '}
      <b>Doomed since this step:</b> whatever comes after it, an invariant breaks.{hangs}
    </>
  );
}

/** A step as a sentence about who did what. */
function Sentence({ picture, step }: { readonly picture: Picture; readonly step: PictureStep }) {
  const lane = picture.lanes[step.lane];
  const { from } = step.event.cells.find((access) => access.from !== undefined) ?? {};
  const what = [step.op, step.target].filter((part) => part !== '').join(' ');
  const value = step.value.replace(/^(→|=) /, '');
  const verb = step.value.startsWith('→ ') ? ' and gets ' : step.value.startsWith('= ') ? ' with ' : ': ';
  return (
    <p class="say">
      {lane?.where} <b>{lane?.name}</b>: <code>{what}</code>
      {value === '' ? null : (
        <>
          {verb}
          <code>{value}</code>
        </>
      )}
      {typeof from === 'number' ? <>, stored by step {from + 1}</> : null}
      {step.buffered ? '. No other CPU sees it yet' : null}.
    </p>
  );
}

export interface StateProps {
  readonly picture: Picture;
  readonly at: number;
  readonly onSelect: (index: number) => void;
}

export function StatePanel({ picture, at, onSelect }: StateProps) {
  const { trace, steps } = picture;
  const step = steps[at];
  if (step === undefined) return null;
  const state = stateAt(trace, at);
  const tone = step.bad ? 'bad' : step.kind.tone;
  const others = state.words.filter((word) => !isEntry(word) && !isLocal(word));
  const { fault } = trace;
  const broken = picture.broken === at;
  return (
    <div class="panel">
      <section class="sec now" data-k={tone}>
        <h2 class="w">
          <span>
            <b>Step {at + 1}</b> of {steps.length}
          </span>
          <span class="k">{step.kind.word}</span>
          <span class="nav">
            <button type="button" class="icon" aria-label="Step before" onClick={() => onSelect(at - 1)}>
              ↑
            </button>
            <button type="button" class="icon" aria-label="Next step" onClick={() => onSelect(at + 1)}>
              ↓
            </button>
          </span>
        </h2>
        <Sentence picture={picture} step={step} />
        {fault === null ? null : (
          <p class={`brk${broken || picture.since === at ? ' on' : ''}`}>
            {broken ? (
              <>
                <b>
                  {fault.code} is broken {picture.atEnd ? 'at the end' : 'here'}.
                </b>{' '}
                {fault.message}.
              </>
            ) : (
              <>
                {fault.code} breaks {picture.atEnd ? 'at the end' : `at step ${picture.broken + 1}`}.
                <Standing picture={picture} step={step} />
              </>
            )}
          </p>
        )}
      </section>
      <section class="sec">
        <h3>
          Entries{' '}
          <span class="dim">
            {trace.arch}, after step {at + 1}
          </span>
        </h3>
        <Bits picture={picture} state={state} tone={tone} />
        <p class="legend">Marked: changed by this step. Red line: not what memory says.</p>
      </section>
      {trace.memory === 'sc' ? null : (
        <section class="sec">
          <h3>Store buffers</h3>
          {state.buffered.length === 0 ? (
            <p class="dim">empty</p>
          ) : (
            <ul class="sb-l">
              {state.buffered.map(({ agent, step: stored, label, text }) => (
                <li key={stored}>
                  {trace.agents.find(({ id }) => id === agent)?.name}: {label} {text}{' '}
                  <button type="button" class="lnk" onClick={() => onSelect(stored)}>
                    step {stored + 1}
                  </button>
                </li>
              ))}
            </ul>
          )}
        </section>
      )}
      <Section
        title="Locks, interrupts, RCU"
        picture={picture}
        words={state.words.filter(isLocal)}
        tone={tone}
      />
      <Section title="Folios, frames, counts" picture={picture} words={others} tone={tone} />
      <About picture={picture} onSelect={onSelect} />
    </div>
  );
}

/** Hints with their steps as buttons. */
function Hint({ text, onSelect }: { readonly text: string; readonly onSelect: (index: number) => void }) {
  const parts = text.split(/(\bstep \d+)/);
  return (
    <li>
      {parts.map((part) => {
        const step = /^step (\d+)$/.exec(part)?.[1];
        if (step === undefined) return part;
        return (
          <button key={part} type="button" class="lnk" onClick={() => onSelect(Number(step) - 1)}>
            {part}
          </button>
        );
      })}
    </li>
  );
}

function About({ picture, onSelect }: Pick<StateProps, 'picture' | 'onSelect'>) {
  const { hints, omits = [], title, source } = picture.trace;
  return (
    <section class="sec">
      <h3>About this schedule</h3>
      {title === undefined ? null : <p>{title}</p>}
      {source === undefined ? null : <p class="dim">{source}</p>}
      {hints.length === 0 ? null : (
        <ul class="hints">
          {hints.map((hint) => (
            <Hint key={hint} text={hint} onSelect={onSelect} />
          ))}
        </ul>
      )}
      {omits.length === 0 ? null : (
        <details class="more">
          <summary>
            {omits.length} things {picture.trace.arch} does not model
          </summary>
          <ul>
            {omits.map((one) => (
              <li key={one}>{one}</li>
            ))}
          </ul>
        </details>
      )}
    </section>
  );
}
