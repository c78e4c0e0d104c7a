/** What the keys do. */
import type { RefObject } from 'preact';

const KEYS: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
  [
    'Anywhere',
    [
      ['1 2', 'matrix, playground'],
      ['/', 'go to a race, a step or a token'],
      ['t', 'dark or light'],
      ['?', 'this list'],
    ],
  ],
  [
    'Counterexample',
    [
      ['j k', 'next step, step before'],
      ['n p', 'the same in this lane'],
      ['] [', 'where another agent goes on'],
      ['r', 'the step whose store was read'],
      ['x', 'where it breaks'],
      ['g G', 'first, last'],
      ['space', 'play'],
      ['m M', 'the next step that matters, the one before'],
      ['a', 'every step in full'],
      ['e', 'all arrows'],
      ['c', 'compare'],
      ['d', 'next difference'],
      ['y', 'copy the command'],
    ],
  ],
  [
    'Matrix',
    [
      ['arrows', 'from cell to cell'],
      ['⏎', 'open'],
      ['m', 'variants of the race'],
      ['] [', 'next family, family before'],
      ['f', 'search and filter'],
      ['z', 'the whole matrix on one screen'],
    ],
  ],
  [
    'Playground',
    [
      ['Ctrl ⏎', 'run'],
      ['Esc', 'leave the editor'],
    ],
  ],
];

export function KeysDialog({ dialog }: { readonly dialog: RefObject<HTMLDialogElement | null> }) {
  return (
    <dialog ref={dialog} aria-labelledby="keys-title">
      <div class="keys">
        <h2 id="keys-title" class="sr">
          Keys
        </h2>
        {KEYS.map(([where, keys]) => (
          <section key={where}>
            <h3>{where}</h3>
            {keys.map(([key, what]) => (
              <div key={key}>
                <span>{what}</span>
                <kbd>{key}</kbd>
              </div>
            ))}
          </section>
        ))}
        <form method="dialog">
          <button type="submit" class="tool">
            Close <kbd>Esc</kbd>
          </button>
        </form>
      </div>
    </dialog>
  );
}
