/** The author's line of a step. */
import type { TracePlace } from '@racewalk/trace';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Finds the text of a file; rejects if it is not here. */
export type Sources = (file: string) => Promise<string>;

interface Loaded {
  readonly file: string;
  readonly lines: readonly string[] | null;
}

export function SourceView({
  place,
  sources,
  marked,
}: {
  readonly place: TracePlace | undefined;
  readonly sources: Sources;
  /** Lines of the file that some step of the schedule takes, by line. */
  readonly marked: ReadonlyMap<string, ReadonlySet<number>>;
}) {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const box = useRef<HTMLPreElement>(null);
  const file = place?.file;
  useEffect(() => {
    if (file === undefined || loaded?.file === file) return;
    let live = true;
    sources(file).then(
      (text) => live && setLoaded({ file, lines: text.split('\n') }),
      () => live && setLoaded({ file, lines: null }),
    );
    return () => {
      live = false;
    };
  }, [file, sources]);
  const lines = loaded !== null && loaded.file === file ? loaded.lines : null;
  useEffect(() => {
    const hit = box.current?.querySelector<HTMLElement>('.hit');
    if (hit === null || hit === undefined || box.current === null) return;
    box.current.scrollTop = hit.offsetTop - box.current.offsetTop - box.current.clientHeight / 2 + 10;
  }, [place?.line, lines]);
  const own = file === undefined ? undefined : marked.get(file);
  return (
    <section class="src" aria-label="Source">
      <h2 class="src-h">
        <span>Source</span>
        <span class="fn">{place === undefined ? '' : `${place.file}:${place.line}`}</span>
      </h2>
      {lines === null ? (
        <p class="empty">
          {place === undefined
            ? 'No line is known for this step: the hardware or a store buffer takes it.'
            : `${place.file} is not part of this page.`}
        </p>
      ) : (
        <pre ref={box} tabIndex={0}>
          {lines.map((text, i) => {
            const line = i + 1;
            const hit = line === place?.line;
            return (
              <span key={line} class={`cl${hit ? ' hit' : ''}${own?.has(line) ? ' on' : ''}`}>
                <i>{line}</i>
                <code>{text || ' '}</code>
              </span>
            );
          })}
        </pre>
      )}
    </section>
  );
}
