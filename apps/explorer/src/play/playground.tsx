/** Write a race in kernel C, run it on every architecture, see what breaks. */

import { RacewalkError } from '@racewalk/core/step';
import { useEffect, useRef, useState } from 'preact/hooks';
import { engineError } from '../engine/error.js';
import { pack, unpack } from '../engine/share.js';
import { isModule } from '../engine/texts.js';
import { address, type Route, replaceAddress } from '../route.js';
import { useEngine } from '../trace/cell-view.js';
import { useKeys } from '../ui/keys.js';
import { Problem } from '../ui/problem.js';
import { copyText } from '../ui/toast.js';
import { Editor, type Language, stepsByLine } from './editor.js';
import { EXAMPLES, PATCHES } from './examples.js';
import { Intro } from './intro.js';
import { PatchView } from './patch-view.js';
import { Result } from './result-view.js';
import { heard, LIMITS, newRun, placeIn, type Run, remaining } from './run.js';
import { type Chosen, Verdicts } from './verdicts-view.js';

/** A screen on which the results stand below the text (styles/house/small-screens.css). */
const ONE_COLUMN = '(max-width: 899px)';

/** Races that a patch is tried on if the address does not say. */
const RACES = 'reclaim/*';
/** The tabs: what stands in them, and the file that stands for each. */
const TABS: readonly (readonly [Language, string, string])[] = [
  ['c', 'C', 'race.c'],
  ['ts', 'TypeScript', 'race.ts'],
  ['patch', 'Patch', 'change.patch'],
];

/** The tab that a file belongs in. */
const languageOf = (file: string): Language =>
  /\.(patch|diff|mail|mbox)$/.test(file) ? 'patch' : isModule(file) ? 'ts' : 'c';

const draftOf = (file: string): string => `racewalk-draft-${languageOf(file)}`;

function draft(file: string): string | null {
  try {
    return sessionStorage.getItem(draftOf(file));
  } catch {
    return null;
  }
}

function keepDraft(file: string, text: string): void {
  try {
    sessionStorage.setItem(draftOf(file), text);
  } catch {
    // Without storage the address still has what was run.
  }
}

const seconds = (ms: number): string =>
  ms < 9_950 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;

/** What runs, in a line. */
function Progress({ run }: { readonly run: Run }) {
  const { planned, finished, executions, running, state } = run;
  const [, tick] = useState(0);
  useEffect(() => {
    if (state !== 'running') return;
    const timer = setInterval(() => tick((n) => n + 1), 500);
    return () => clearInterval(timer);
  }, [state]);
  const done = `${finished.length} of ${planned.length} cells, ${executions} executions`;
  if (state === 'done') return <>{`${done}, ${seconds(run.ms)}`}</>;
  if (state === 'stopped') return <>{`Stopped: ${done}`}</>;
  if (planned.length === 0) return <>Loading what reads the text …</>;
  const left = remaining({ ...run, ms: performance.now() - run.began });
  const eta = left === null ? '' : `, about ${seconds(left)} left`;
  return (
    <>{`${running?.arch ?? ''} ${running?.variant ?? ''}: ${done}, ${seconds(performance.now() - run.began)}${eta}`}</>
  );
}

/** The cell to show first: one that is not as the file says, else one that breaks, else the first. */
function best(run: Run): Chosen {
  const wrong = run.finished.find(({ result }) => !result.asExpected && result.verdict !== 'bounded');
  const broken = run.finished.find(({ trace }) => trace !== undefined);
  const { test = '', arch = '', variant = '' } = wrong ?? broken ?? run.finished[0] ?? {};
  return { test, arch, variant };
}

export function Playground({ route }: { readonly route: Route }) {
  const engine = useEngine();
  const host = useRef<HTMLDivElement>(null);
  const results = useRef<HTMLElement>(null);
  const editor = useRef<Editor | null>(null);
  const [run, setRun] = useState<Run | null>(null);
  const [error, setError] = useState<Error | null>(null);
  const [stale, setStale] = useState(false);
  const [chosen, setChosen] = useState<Chosen>({ arch: '', variant: '' });
  const [step, setStep] = useState<number | undefined>(undefined);
  const [packed, setPacked] = useState('');
  const latestRun = useRef<Run | null>(null);
  const file = route.query.get('file') ?? 'race.c';
  const language = languageOf(file);
  const patch = language === 'patch';
  const races = route.query.get('races') ?? RACES;
  const examples = language === 'patch' ? PATCHES : EXAMPLES[language];
  /** This tab with a text, packed; what is usual is left out. */
  const addressOf = (c: string): string =>
    address('play', [], {
      c,
      file: file === 'race.c' ? undefined : file,
      races: patch && races !== RACES ? races : undefined,
    });
  const running = run?.state === 'running';
  const fileNow = useRef(file);

  const start = async (): Promise<void> => {
    const text = editor.current?.text ?? '';
    const begun = newRun(performance.now());
    latestRun.current = begun;
    const asked = location.hash;
    const c = await pack(text);
    // Meanwhile another run may have begun, or another file opened: its address is not overwritten.
    if (latestRun.current !== begun || location.hash !== asked) return;
    setPacked(c);
    replaceAddress(addressOf(c));
    editor.current?.mistakes([]);
    editor.current?.steps(null, new Map());
    setError(null);
    setStale(false);
    setStep(undefined);
    setChosen({ arch: '', variant: '' });
    // A run that was cancelled by the next one has nothing more to say.
    let run: Run = begun;
    const show = (next: Run): void => {
      run = next;
      if (latestRun.current === begun) setRun(next);
    };
    show(begun);
    // On a screen that shows one below the other, what comes of it is out of sight.
    if (matchMedia(ONE_COLUMN).matches) results.current?.scrollIntoView({ block: 'start' });
    try {
      const update = (reply: Parameters<typeof heard>[1]): void => show(heard(run, reply, performance.now()));
      const source = { file, text };
      const question = patch
        ? ({ ask: 'patch', source, tests: races, limits: LIMITS } as const)
        : ({ ask: 'check', source, limits: LIMITS } as const);
      update(await engine.ask(question, update));
    } catch (caught) {
      const failure = caught as Error;
      if (latestRun.current !== begun) return;
      show({ ...run, state: 'stopped' });
      const place = placeIn(failure.message, file);
      if (place !== null) {
        const hint =
          failure instanceof RacewalkError && failure.hint !== undefined ? `\n${failure.hint}` : '';
        const said = failure.message.replace(`${file}:${place.line}:${place.column}: `, '');
        editor.current?.mistakes([{ ...place, message: said + hint }]);
      }
      if (!(failure instanceof RacewalkError && failure.message === 'stopped')) setError(failure);
    }
  };
  const latest = useRef(start);
  latest.current = start;

  useEffect(() => {
    if (host.current === null) return;
    const made = new Editor(host.current, draft(file) ?? examples[0]?.text ?? '', language, {
      onChange(text) {
        keepDraft(fileNow.current, text);
        setStale(true);
      },
      onRun: () => void latest.current(),
      onLeave: () => document.getElementById('run')?.focus(),
    });
    editor.current = made;
    return () => made.close();
  }, []);

  // The tabs are files: each keeps its text.
  useEffect(() => {
    const before = languageOf(fileNow.current);
    fileNow.current = file;
    if (before === language) return;
    editor.current?.speak(language);
    engine.cancel();
    latestRun.current = null;
    setRun(null);
    setError(null);
    setStep(undefined);
    editor.current?.mistakes([]);
    if ((route.query.get('c') ?? '') === '') editor.current?.replace(draft(file) ?? examples[0]?.text ?? '');
    setStale(false);
  }, [file]);

  // An address with a text shows it; what was just run is there already.
  const c = route.query.get('c') ?? '';
  useEffect(() => {
    if (c === '' || c === packed) return;
    unpack(c).then(
      (text) => {
        editor.current?.replace(text);
        void latest.current();
      },
      () => {
        const message = 'The text in this address is damaged.';
        setError(
          engineError({
            code: 'RACEWALK_TOKEN_CHECKSUM',
            message,
            hint: 'was the link cut? ask for it again',
          }),
        );
      },
    );
  }, [c]);

  const at = chosen.arch === '' && run !== null ? best(run) : chosen;
  const cell = run?.finished.find(
    ({ test, arch, variant }) => arch === at.arch && variant === at.variant && (!patch || test === at.test),
  );
  // The editor shows where the step stands.
  useEffect(() => {
    const events = stale ? [] : (cell?.trace?.events ?? []);
    const last = cell?.trace?.fault?.step ?? events.length - 1;
    const lines = stepsByLine(events, file);
    const place = events[step ?? last]?.at;
    editor.current?.steps(place?.file === file ? place.line : null, lines);
  }, [cell, step, stale]);

  useKeys({ i: () => editor.current?.focus() });
  return (
    <div class="pg">
      <section class="pl" aria-label="Race">
        <div class="ph">
          <h1 class="sr">{file}</h1>
          <nav class="kinds" aria-label="What to check">
            {TABS.map(([to, name, its]) => (
              <a
                key={to}
                href={address('play', [], to === 'c' ? {} : { file: its })}
                aria-current={to === language ? 'page' : undefined}
              >
                {name}
              </a>
            ))}
          </nav>
          <select
            class="tool"
            aria-label="Example"
            value=""
            onChange={(event) => {
              const example = examples.find(({ file: name }) => name === event.currentTarget.value);
              if (example !== undefined) editor.current?.replace(example.text);
              event.currentTarget.value = '';
            }}
          >
            <option value="">Examples</option>
            {examples.map((example) => (
              <option key={example.file} value={example.file}>
                {example.file}
              </option>
            ))}
          </select>
          {patch ? (
            <input
              class="tool races"
              aria-label="Races to try, as a pattern"
              title="Races to try, as a pattern: reclaim/*, or * for all"
              value={races}
              onChange={(event) => {
                const { value } = event.currentTarget;
                replaceAddress(address('play', [], { file, races: value === RACES ? undefined : value }));
              }}
            />
          ) : null}
          <span class="sp" />
          <button
            type="button"
            class="tool"
            onClick={async () => {
              const text = await pack(editor.current?.text ?? '');
              await copyText(location.href.replace(/#.*/, '') + addressOf(text), 'link');
            }}
          >
            Copy link
          </button>
          {running ? (
            <button type="button" id="run" class="tool run" onClick={() => engine.cancel()}>
              Cancel
            </button>
          ) : (
            <button type="button" id="run" class="tool run" onClick={() => void start()}>
              Run <kbd>Ctrl ⏎</kbd>
            </button>
          )}
        </div>
        <div class="ed-host" ref={host} />
        <p class="ed-n" role="status">
          {run === null ? (
            `Runs in your browser: nothing is sent anywhere. How to write a race: docs/${language === 'ts' ? 'first-race' : 'kernel-c'}.md`
          ) : (
            <Progress run={run} />
          )}
          {stale && run !== null && !running ? ' – the text has changed since' : ''}
        </p>
      </section>
      <section class={`pr${stale ? ' stale' : ''}`} aria-label="Result" aria-busy={running} ref={results}>
        {error === null ? null : (
          <Problem
            error={error}
            title={placeIn(error.message, file) === null ? 'Not run' : 'This is not understood'}
          />
        )}
        {run === null || error !== null ? null : patch ? (
          <PatchView
            run={run}
            chosen={at}
            onChoose={(to) => {
              setChosen(to);
              setStep(undefined);
            }}
          />
        ) : (
          <Verdicts
            run={run}
            chosen={at}
            onChoose={(to) => {
              setChosen(to);
              setStep(undefined);
            }}
          />
        )}
        {run === null && error === null ? <Intro language={language} /> : null}
        <div class="po" tabIndex={0} role="region" aria-label="Chosen cell">
          {cell === undefined || error !== null ? null : (
            <Result
              cell={cell}
              step={step}
              onStep={setStep}
              address={
                patch
                  ? null
                  : address('race', [cell.arch, cell.variant], {
                      c: packed,
                      file,
                      step: step === undefined ? undefined : step + 1,
                    })
              }
            />
          )}
          {run === null || run.assumed.length === 0 ? null : (
            <details class="more assumed">
              <summary>{patch ? 'What the patch changes' : `${run.assumed.length} assumptions`}</summary>
              <ul>
                {run.assumed.map((one) => (
                  <li key={one}>{one}</li>
                ))}
              </ul>
            </details>
          )}
        </div>
      </section>
    </div>
  );
}
