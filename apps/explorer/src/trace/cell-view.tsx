/** What an address names as a counterexample: loads it, and what it is compared with. */
import type { Question, SourceText } from '@racewalk/fleet/web-worker';
import type { Trace } from '@racewalk/trace';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type ArchInfo, loadSource } from '../data/matrix.js';
import { Engine, traceFrom } from '../engine/client.js';
import { type Route, replaceAddress } from '../route.js';
import { useKeys } from '../ui/keys.js';
import { Problem } from '../ui/problem.js';
import { CompareView } from './compare-view.js';
import { TraceView } from './trace-view.js';

type Loading<T> = { readonly value: T } | { readonly error: Error } | null;

/** The value of a promise that depends on `key`. */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loading<T> {
  const [state, setState] = useState<{ readonly key: string; readonly loading: Loading<T> }>({
    key,
    loading: null,
  });
  useEffect(() => {
    let live = true;
    setState({ key, loading: null });
    load().then(
      (value) => live && setState({ key, loading: { value } }),
      (error: Error) => live && setState({ key, loading: { error } }),
    );
    return () => {
      live = false;
    };
  }, [key]);
  return state.key === key ? state.loading : null;
}

/** One engine for as long as a view is shown. */
export function useEngine(): Engine {
  const engine = useRef<Engine | null>(null);
  engine.current ??= new Engine();
  const own = engine.current;
  useEffect(() => () => own.cancel(), []);
  return own;
}

export interface CellViewProps {
  readonly route: Route;
  /** What is shown, once it is known; changes of it are a new view. */
  readonly load: (engine: Engine) => Promise<Trace>;
  /** Names what is shown. */
  readonly name: string;
  readonly archs: readonly ArchInfo[];
  /** The address with other query fields. */
  readonly addressOf: (query: Readonly<Record<string, string | number | undefined>>) => string;
  /** The text, where the race is the user's. */
  readonly source?: SourceText;
}

/** What can be compared: other architectures, and the race as it is meant to be. */
function choices(trace: Trace, archs: readonly ArchInfo[]): readonly (readonly [string, string])[] {
  const here = archs
    .filter(({ id }) => id !== trace.arch)
    .map(({ id }) => [`${id} ${trace.variant}`, id] as const);
  const upstream =
    trace.variant === 'upstream' ? [] : [[`${trace.arch} upstream`, `${trace.arch}, upstream`] as const];
  return [...upstream, ...here];
}

export function CellView({ route, load, name, archs, addressOf, source }: CellViewProps) {
  const engine = useEngine();
  const loaded = useLoaded(name, () => load(engine));
  const compared = route.query.get('cmp') ?? '';
  const trace = loaded !== null && 'value' in loaded ? loaded.value : null;
  const other = useLoaded(`${name} ${compared} ${trace?.token ?? ''}`, async () => {
    if (compared === '' || trace === null) return null;
    const [arch = '', variant = ''] = compared.split(/ (.*)/s);
    const question: Question = {
      ask: 'follow',
      token: trace.token ?? '',
      arch,
      variant,
      ...(source === undefined ? {} : { source }),
    };
    return await traceFrom(engine, question);
  });
  const select = useRef<HTMLSelectElement>(null);
  useKeys({ c: () => select.current?.focus() });
  if (loaded === null) {
    return (
      <p class="wait" role="status">
        Running {name.replaceAll(' ', ', ')} …
      </p>
    );
  }
  if ('error' in loaded) return <Problem error={loaded.error} title="This counterexample cannot be shown" />;
  const { value } = loaded;
  const step = route.query.get('step');
  const compare = (
    <label class="pick">
      <span>Compare</span> <kbd>c</kbd>
      <select
        ref={select}
        class="tool"
        value={compared}
        onChange={(event) => {
          const to = event.currentTarget.value;
          location.hash = addressOf({ step: step ?? undefined, cmp: to === '' ? undefined : to });
        }}
      >
        <option value="">with nothing</option>
        {choices(value, archs).map(([key, text]) => (
          <option key={key} value={key}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
  if (compared !== '') {
    if (other === null) {
      return (
        <p class="wait" role="status">
          Following the schedule on {compared.replace(' ', ', ')} …
        </p>
      );
    }
    if ('error' in other) {
      return (
        <>
          <div class="th">
            <div />
            <div class="acts">{compare}</div>
          </div>
          <Problem error={other.error} title="The schedule cannot be followed there" />
        </>
      );
    }
    if (other.value !== null) return <CompareView left={value} right={other.value} actions={compare} />;
  }
  const lines = (file: string): Promise<string> =>
    source !== undefined && file === source.file ? Promise.resolve(source.text) : loadSource(file);
  return (
    <TraceView
      trace={value}
      step={/^\d+$/.test(step ?? '') ? Number(step) - 1 : undefined}
      onStep={(to) =>
        replaceAddress(addressOf({ step: to + 1, cmp: compared === '' ? undefined : compared }))
      }
      sources={lines}
      link={async () => location.href}
      actions={value.token === undefined ? null : compare}
    />
  );
}
