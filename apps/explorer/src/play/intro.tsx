/** What stands where the results will be, before the first run. */
import type { Language } from './editor.js';

export function Intro({ language }: { readonly language: Language }) {
  if (language === 'ts') {
    return (
      <div class="ok">
        <p class="lead">
          A race is a module that exports what defineScenario() returns: the state at the start, an agent for
          each CPU, and what must not happen. Run checks it on every architecture, in every schedule.
        </p>
        <p class="dim">
          Types are taken away and not checked. The module runs in a worker that can reach nothing but
          @racewalk/core, @racewalk/machine and @racewalk/mm.
        </p>
      </div>
    );
  }
  if (language === 'patch') {
    return (
      <div class="ok">
        <p class="lead">
          A patch in unified form, or a mail that holds one. Its functions take the place of Racewalk's, and
          every race that calls them runs before and after it.
        </p>
        <p class="dim">
          Functions have to be whole in the patch (git format-patch -W). On the command line, --tree completes
          them from a kernel tree: racewalk check --patch FILE --tree DIR.
        </p>
      </div>
    );
  }
  return (
    <div class="ok">
      <p class="lead">
        A race is a C file: the state at the start in braces, an agent for each CPU (P0, P1, …), and what must
        not happen. Run checks it on every architecture, in every schedule.
      </p>
      <p class="dim">
        Names are the kernel's. A variant is the same race with lines changed; the file says what it must come
        to.
      </p>
    </div>
  );
}
