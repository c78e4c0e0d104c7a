/** TypeScript where Node does not run it: the compiler that is installed beside the file removes the types. */
import { existsSync } from 'node:fs';
import { createRequire, register } from 'node:module';
import { RacewalkError } from '@racewalk/core';

/** Whether Node runs TypeScript by itself: 22.18 and newer do. */
const native = (): boolean => Boolean((process.features as { typescript?: unknown }).typescript);

/** The compiler that a module at `file` would load; null if there is none. */
function compilerBeside(file: string): string | null {
  try {
    return createRequire(file).resolve('typescript');
  } catch {
    return null;
  }
}

/** Whether a TypeScript module at `file` can be loaded as things are. */
export const runsTypeScript = (file: string): boolean => native() || compilerBeside(file) !== null;

let registered = false;

/** Make it possible to load `file` in this thread; throws `RACEWALK_TYPESCRIPT` if there is no compiler. */
export function prepareTypeScript(file: string): void {
  if (registered || native() || !/\.[cm]?ts$/.test(file)) return;
  const hooks = new URL('./ts-hooks.js', import.meta.url);
  // From the sources there are none, and none are needed: a test runner brings its own.
  if (!existsSync(hooks)) return;
  const compiler = compilerBeside(file);
  if (compiler === null) {
    const version = `Node ${process.versions.node}`;
    throw new RacewalkError('RACEWALK_TYPESCRIPT', `${version} does not run TypeScript by itself: ${file}`, {
      hint: 'install the compiler beside the file (npm install --save-dev typescript), or use Node 22.18 or newer',
    });
  }
  register(hooks, { data: { compiler } });
  // Errors name lines of the author's file, not of what the compiler made of it.
  process.setSourceMapsEnabled(true);
  registered = true;
}
