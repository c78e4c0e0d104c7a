/** The exported names of every published package, entry by entry, read from the sources. */
import path from 'node:path';
import ts from 'typescript';
import { readWorkspace } from '../boundaries/workspace.mjs';

/** @typedef {import('../boundaries/workspace.mjs').Package} Package */
/** @typedef {{ entry: string, kind: string, name: string }} Exported */
/** @typedef {{ name: string, dir: string, exported: Exported[], stars: { file: string, lines: number[] }[] }} Api */

/** Only names matter here, so no library is loaded and nothing is checked. @type {ts.CompilerOptions} */
const OPTIONS = {
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  target: ts.ScriptTarget.ES2022,
  customConditions: ['@racewalk/source'],
  noLib: true,
  types: [],
};

/** @param {ts.Symbol} symbol @param {ts.TypeChecker} checker */
const original = (symbol, checker) =>
  symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;

/** @param {ts.Symbol} symbol without aliases */
function kindOf({ flags, valueDeclaration }) {
  if (flags & ts.SymbolFlags.Class) return 'class';
  if (flags & ts.SymbolFlags.Function) return 'function';
  if (flags & ts.SymbolFlags.Enum) return 'enum';
  if (!(flags & ts.SymbolFlags.Value)) return 'type';
  const value =
    valueDeclaration && ts.isVariableDeclaration(valueDeclaration) && valueDeclaration.initializer;
  const callable = value && (ts.isArrowFunction(value) || ts.isFunctionExpression(value));
  const also = flags & ts.SymbolFlags.Type ? '+type' : '';
  return `${callable ? 'function' : 'const'}${also}`;
}

/**
 * Names that a module exports as types only, whatever they are where they are declared.
 *
 * @param {ts.Symbol} module
 * @param {ts.TypeChecker} checker
 * @returns {Set<string>}
 */
function typesOnly(module, checker) {
  /** @type {Set<string>} */
  const types = new Set();
  /** @type {Set<string>} */
  const values = new Set();
  const source = module.declarations?.find(ts.isSourceFile);
  for (const statement of source?.statements ?? []) {
    if (!ts.isExportDeclaration(statement)) continue;
    const { exportClause: clause, moduleSpecifier: from, isTypeOnly } = statement;
    if (clause && ts.isNamedExports(clause)) {
      for (const spec of clause.elements) {
        (isTypeOnly || spec.isTypeOnly ? types : values).add(spec.name.text);
      }
    }
    const star = !clause && from ? checker.getSymbolAtLocation(from) : undefined;
    if (!star) continue;
    const inner = typesOnly(star, checker);
    for (const { name } of checker.getExportsOfModule(star)) {
      (isTypeOnly || inner.has(name) ? types : values).add(name);
    }
  }
  for (const name of values) types.delete(name);
  return types;
}

/**
 * @param {ts.SourceFile} source
 * @returns {number[]} lines of `export * from`, also of types
 */
function starLines(source) {
  return source.statements
    .filter((statement) => ts.isExportDeclaration(statement) && !statement.exportClause)
    .map((statement) => source.getLineAndCharacterOfPosition(statement.getStart(source)).line + 1);
}

/** @param {Package} pkg */
const isPublished = (pkg) => pkg.sources.size > 0 && !JSON.parse(pkg.manifest).private;

/** @param {Exported} a @param {Exported} b */
const byEntryAndName = (a, b) => {
  if (a.entry !== b.entry) return a.entry < b.entry ? -1 : 1;
  return a.name < b.name ? -1 : 1;
};

/**
 * @param {string} root
 * @returns {Api[]}
 */
export function readApis(root) {
  const packages = readWorkspace(root).packages.filter(isPublished);
  const files = packages.flatMap((pkg) => [...pkg.sources.values()].map((file) => path.join(root, file)));
  const program = ts.createProgram(files, OPTIONS);
  const checker = program.getTypeChecker();
  return packages.map((pkg) => {
    const exported = [...pkg.sources].flatMap(([entry, file]) => {
      const source = program.getSourceFile(path.join(root, file));
      const module = source && checker.getSymbolAtLocation(source);
      if (!module) return [];
      const types = typesOnly(module, checker);
      return checker.getExportsOfModule(module).map((symbol) => ({
        entry,
        kind: types.has(symbol.name) ? 'type' : kindOf(original(symbol, checker)),
        name: symbol.name,
      }));
    });
    const src = path.join(root, pkg.dir, 'src') + path.sep;
    const indexes = program
      .getSourceFiles()
      .filter(({ fileName }) => path.normalize(fileName).startsWith(src) && /\/index\.tsx?$/.test(fileName));
    const stars = indexes
      .map((source) => ({
        file: path.relative(root, source.fileName).replaceAll(path.sep, '/'),
        lines: starLines(source),
      }))
      .filter(({ lines }) => lines.length > 0);
    return { name: pkg.name, dir: pkg.dir, exported: exported.sort(byEntryAndName), stars };
  });
}
