/**
 * Which mutants the type checker refuses: nobody can have such a fault, since the tree with it does not build. As in
 * StrykerJS, they are neither noticed nor missed, and are counted apart.
 *
 * Only the file of the mutant is checked, so one that only another file's types refuse counts as any other.
 */
import path from 'node:path';
import ts from 'typescript';
import { mutated } from './mutants.mjs';

/** @typedef {import('./mutants.mjs').Mutant} Mutant */

/**
 * @param {string} root with `tsconfig.check.json`
 * @param {readonly string[]} files from the root
 * @param {(file: string) => string} read
 * @returns {(mutant: Mutant) => string | undefined} why it is refused
 */
export function typeChecker(root, files, read) {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.check.json'), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent({ ...config, include: [], files: [] }, ts.sys, root);
  /** @type {Map<string, { text: string, version: number }>} by name from the root */
  const changed = new Map();
  const nameOf = (/** @type {string} */ file) => path.relative(root, file);
  const given = { ...options, noUnusedLocals: false, noUnusedParameters: false, allowUnreachableCode: true };
  const service = ts.createLanguageService({
    getCompilationSettings: () => given,
    getScriptFileNames: () => files.map((file) => path.join(root, file)),
    getScriptVersion: (file) => String(changed.get(nameOf(file))?.version ?? 0),
    getScriptSnapshot: (file) => {
      const text = changed.get(nameOf(file))?.text ?? ts.sys.readFile(file);
      return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
    },
    getCurrentDirectory: () => root,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    fileExists: ts.sys.fileExists,
    readFile: ts.sys.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: ts.sys.directoryExists,
    getDirectories: ts.sys.getDirectories,
  });
  let version = 0;
  const put = (/** @type {string} */ file, /** @type {string} */ text) =>
    void changed.set(file, { text, version: ++version });
  return (mutant) => {
    const { file } = mutant;
    put(file, mutated(read(file), mutant));
    const where = path.join(root, file);
    const [first] = [...service.getSyntacticDiagnostics(where), ...service.getSemanticDiagnostics(where)];
    put(file, read(file));
    return (
      first && `TS${first.code} ${ts.flattenDiagnosticMessageText(first.messageText, ' ').split('\n')[0]}`
    );
  };
}
