/** Loader hooks: `.ts` files are compiled one by one, without looking at types. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire, type LoadHook, type ResolveHook } from 'node:module';
import { fileURLToPath } from 'node:url';

/** What is used of the compiler. */
interface Compiler {
  transpileModule(
    text: string,
    options: { fileName: string; compilerOptions: Readonly<Record<string, unknown>> },
  ): { outputText: string };
  readonly ModuleKind: { readonly ESNext: number };
  readonly ScriptTarget: { readonly ES2022: number };
}

let compiler: Compiler | null = null;

/** Called once, with the path of the compiler. */
export function initialize({ compiler: path }: { readonly compiler: string }): void {
  compiler = createRequire(import.meta.url)(path) as Compiler;
}

/** The name of a compiled file may be written where the source stands, as the compiler wants it. */
export const resolve: ResolveHook = (specifier, context, next) => {
  const { parentURL } = context;
  if (/^\.{1,2}\/.*\.[cm]?js$/.test(specifier) && parentURL !== undefined && /\.[cm]?ts$/.test(parentURL)) {
    const here = new URL(specifier, parentURL);
    const there = new URL(specifier.replace(/js$/, 'ts'), parentURL);
    if (!existsSync(fileURLToPath(here)) && existsSync(fileURLToPath(there)))
      return next(there.href, context);
  }
  return next(specifier, context);
};

/** Types away, lines kept: the map of lines is inside the text. */
export const load: LoadHook = (url, context, next) => {
  if (compiler === null || !url.startsWith('file:') || !/\.[cm]?ts$/.test(url)) return next(url, context);
  const fileName = fileURLToPath(url);
  const { outputText } = compiler.transpileModule(readFileSync(fileName, 'utf8'), {
    fileName,
    compilerOptions: {
      module: compiler.ModuleKind.ESNext,
      target: compiler.ScriptTarget.ES2022,
      verbatimModuleSyntax: true,
      inlineSourceMap: true,
      inlineSources: true,
    },
  });
  return { format: 'module', source: outputText, shortCircuit: true };
};
