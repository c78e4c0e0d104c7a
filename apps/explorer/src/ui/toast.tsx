/** One line that says what was done; also for screen readers. */
import { useEffect, useState } from 'preact/hooks';

const EVENT = 'racewalk-say';

/** Say it. */
export const say = (text: string): void => void dispatchEvent(new CustomEvent(EVENT, { detail: text }));

export function Toast() {
  const [text, setText] = useState('');
  useEffect(() => {
    let timer = 0;
    const show = (event: Event): void => {
      setText((event as CustomEvent<string>).detail);
      clearTimeout(timer);
      timer = window.setTimeout(() => setText(''), 3_000);
    };
    addEventListener(EVENT, show);
    return () => removeEventListener(EVENT, show);
  }, []);
  return (
    <div role="status" aria-live="polite" class={text === '' ? 'sr' : 'toast'}>
      {text}
    </div>
  );
}

/** Put a text on the clipboard, and say so. */
export async function copyText(text: string, what: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} copied`);
  } catch {
    say('the browser does not allow to copy here');
  }
}

/** Hand a text out as a file. */
export function download(name: string, content: string | Blob, type: string): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
  say(`${name} saved`);
}
