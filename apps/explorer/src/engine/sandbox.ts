/**
 * A worker for code of the user's. It is made inside a frame that has a policy of its own (sandbox.html), and a worker made of
 * a blob has the policy of who made it: scripts of this page and blobs, no host to talk to, no evaluation of strings.
 */
import { engineError } from './error.js';

let made: Promise<Window & typeof globalThis> | null = null;

/** The frame, once it is loaded. */
function frame(): Promise<Window & typeof globalThis> {
  made ??= new Promise((resolve, reject) => {
    const element = document.createElement('iframe');
    element.title = 'Policy of code that is run';
    element.hidden = true;
    element.src = 'sandbox.html';
    element.addEventListener('load', () => {
      const inside = element.contentWindow as (Window & typeof globalThis) | null;
      // Without its policy nothing is run.
      const policy = inside?.document.querySelector('meta[http-equiv="Content-Security-Policy"]');
      if (inside !== null && policy !== null && policy !== undefined) resolve(inside);
      else {
        const message = 'sandbox.html is missing beside the page';
        reject(engineError({ code: 'RACEWALK_FILE', message, hint: 'build the page again: npm run page' }));
      }
    });
    document.body.append(element);
  });
  return made;
}

/** A worker that runs the module at `script` under that policy. */
export async function sandboxedWorker(script: string): Promise<Worker> {
  const inside = await frame();
  const address = new URL(script, location.href).href;
  const blob = new inside.Blob([`import ${JSON.stringify(address)};`], { type: 'text/javascript' });
  const url = inside.URL.createObjectURL(blob);
  return new inside.Worker(url, { type: 'module', name: 'racewalk-text' });
}
