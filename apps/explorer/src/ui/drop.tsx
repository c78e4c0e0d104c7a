/** A trace file, or a text with a token, that is dropped on the page. */
import { mentionsToken, parseTrace, type Trace, tokenIn } from '@racewalk/trace';
import { useEffect, useState } from 'preact/hooks';
import { engineError } from '../engine/error.js';
import { pack } from '../engine/share.js';
import { address } from '../route.js';
import { say } from './toast.js';

/** Larger files are no traces. */
const LARGEST = 20_000_000;

let dropped: { readonly text: string; readonly name: string } | null = null;
let count = 0;

/** The trace of the file that was dropped last; throws if it is none. */
export function droppedTrace(): Trace {
  if (dropped === null) {
    const hint = 'drop it again: a file cannot be part of an address';
    throw engineError({ code: 'RACEWALK_FILE', message: 'The file is no longer here.', hint });
  }
  try {
    return parseTrace(dropped.text);
  } catch (error) {
    const {
      code = 'RACEWALK_FILE',
      message,
      hint,
    } = error as { code?: string; message: string; hint?: string };
    throw engineError({
      code,
      message: `${dropped.name}: ${message}`,
      hint: hint ?? 'make one: racewalk explain TEST --arch ARCH --format json --output FILE',
    });
  }
}

/** A text that the playground takes. */
const PLAYS = /\.(c|h|litmus|[cm]?[jt]s|patch|diff|mbox)$/;

/** The token in a text; if none is whole, what begins like one, and the view says what is wrong with it. */
export function wholeToken(text: string): string {
  try {
    return tokenIn(text);
  } catch {
    return /rw\d+:[\w-]*/.exec(text)?.[0] ?? text;
  }
}

/** Open a file: a race or a patch in the playground, a token or a trace as a picture. */
export async function openFile(file: File): Promise<void> {
  if (file.size > LARGEST) {
    say(`${file.name} is larger than 20 MB`);
    return;
  }
  const text = await file.text();
  if (text.includes('\0') || text.includes('\ufffd')) {
    say(`${file.name} is binary: drop a race, a patch, a trace or a mail with a token`);
    return;
  }
  if (PLAYS.test(file.name)) {
    location.hash = address('play', [], { c: await pack(text), file: file.name });
    return;
  }
  if (!text.trimStart().startsWith('{') && mentionsToken(text)) {
    location.hash = address('token', [wholeToken(text)]);
    return;
  }
  dropped = { text, name: file.name };
  count += 1;
  location.hash = address('file', [`${count} ${file.name}`]);
}

export function DropZone() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const drag = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes('Files')) return;
      event.preventDefault();
      setOver(event.type === 'dragover');
    };
    const drop = (event: DragEvent): void => {
      const [file] = event.dataTransfer?.files ?? [];
      if (file === undefined) return;
      event.preventDefault();
      setOver(false);
      void openFile(file);
    };
    addEventListener('dragover', drag);
    addEventListener('dragleave', drag);
    addEventListener('drop', drop);
    return () => {
      removeEventListener('dragover', drag);
      removeEventListener('dragleave', drag);
      removeEventListener('drop', drop);
    };
  }, []);
  return over ? <div class="drop" aria-hidden="true" /> : null;
}
