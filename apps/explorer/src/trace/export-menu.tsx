/** A counterexample as text or picture, for elsewhere. */
import { columns, json, lkml, markdown, mermaid, svg, type Trace } from '@racewalk/trace';
import { copyText, download, say } from '../ui/toast.js';
import { pngOf } from './png.js';

const fileName = ({ test, arch }: Trace, ending: string): string =>
  `${test.replaceAll('/', '-')}-${arch}.${ending}`;

async function savePng(trace: Trace): Promise<void> {
  try {
    download(fileName(trace, 'png'), await pngOf(svg(trace)), 'image/png');
  } catch {
    say('the browser cannot make a picture of this; save it as SVG');
  }
}

interface Export {
  readonly name: string;
  readonly run: (trace: Trace) => void;
}

const EXPORTS: readonly Export[] = [
  { name: 'Copy for a commit message', run: (t) => void copyText(lkml(t), 'table for a commit message') },
  { name: 'Copy as Markdown', run: (t) => void copyText(markdown(t), 'Markdown') },
  { name: 'Copy as text', run: (t) => void copyText(columns(t, { width: 100 }), 'text') },
  { name: 'Copy as Mermaid', run: (t) => void copyText(mermaid(t), 'Mermaid') },
  { name: 'Save picture (SVG)', run: (t) => download(fileName(t, 'svg'), svg(t), 'image/svg+xml') },
  { name: 'Save picture (PNG)', run: (t) => void savePng(t) },
  { name: 'Save trace (JSON)', run: (t) => download(fileName(t, 'json'), json(t), 'application/json') },
];

export function ExportMenu({ trace, link }: { readonly trace: Trace; readonly link: () => Promise<string> }) {
  const close = (event: Event): void => {
    (event.currentTarget as HTMLElement).closest('details')?.removeAttribute('open');
  };
  return (
    <details class="menu">
      <summary class="tool">Share</summary>
      <ul>
        <li>
          <button
            type="button"
            onClick={(event) => {
              close(event);
              void link().then((text) => copyText(text, 'link'));
            }}
          >
            Copy link
          </button>
        </li>
        {trace.token === undefined ? null : (
          <li>
            <button
              type="button"
              onClick={(event) => {
                close(event);
                void copyText(`racewalk replay ${trace.token}`, 'command');
              }}
            >
              Copy command
            </button>
          </li>
        )}
        {EXPORTS.map(({ name, run }) => (
          <li key={name}>
            <button
              type="button"
              onClick={(event) => {
                close(event);
                run(trace);
              }}
            >
              {name}
            </button>
          </li>
        ))}
      </ul>
    </details>
  );
}
