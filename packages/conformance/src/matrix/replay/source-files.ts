/** Source files as a trace names them: from compiled code back to its source, relative to the project. */
import type { TracePlace } from '@racewalk/trace';

/** A place whose column is known. */
export type FullPlace = Required<TracePlace>;

/** What a file belongs to. */
export interface Project {
  /** `name` of the nearest package.json; empty if there is none. */
  readonly packageName: string;
  /** The path of a file below the project, separated by `/`. */
  relative(file: string): string;
}

/** Reads what is known of source files. */
export interface Files {
  /** The path of a file that a stack names by URL or path. */
  pathOf(name: string): string;
  /** The place in the source that a place in compiled code comes from; the same place if it has no source map. */
  original(place: FullPlace): FullPlace;
  project(file: string): Project;
}

/** The part of Node that is used. Not imported: conformance also runs where there is no Node. */
interface Node {
  readonly fs: typeof import('node:fs');
  readonly path: typeof import('node:path');
  readonly url: typeof import('node:url');
  readonly SourceMap: typeof import('node:module').SourceMap;
  readonly createRequire: typeof import('node:module').createRequire;
}

/** How a bundle names a source: by package and path, wherever the packages are installed. */
const IN_PACKAGE = /^(@racewalk\/[^/]+)\/(.*)$/;

type SourceMap = InstanceType<Node['SourceMap']>;

class NodeFiles implements Files {
  readonly #maps = new Map<string, SourceMap | null>();
  readonly #projects = new Map<string, Project>();

  constructor(private readonly node: Node) {}

  pathOf(name: string): string {
    return name.startsWith('file:') ? this.node.url.fileURLToPath(name) : name;
  }

  original(place: FullPlace): FullPlace {
    const entry = this.#mapOf(place.file)?.findEntry(place.line - 1, place.column - 1);
    if (entry === undefined || !('originalSource' in entry)) return place;
    const { originalSource, originalLine, originalColumn } = entry;
    const file = this.#sourceOf(place.file, this.pathOf(originalSource));
    return { file, line: originalLine + 1, column: originalColumn + 1 };
  }

  /** The path of a source that the map beside `compiled` names. */
  #sourceOf(compiled: string, source: string): string {
    const { path, createRequire } = this.node;
    const [, name, within = ''] = IN_PACKAGE.exec(source) ?? [];
    if (name === undefined) return path.resolve(path.dirname(compiled), source);
    return path.join(path.dirname(createRequire(compiled).resolve(`${name}/package.json`)), within);
  }

  project(file: string): Project {
    const folder = this.node.path.dirname(file);
    const known = this.#projects.get(folder);
    if (known !== undefined) return known;
    const project = this.#findProject(folder);
    this.#projects.set(folder, project);
    return project;
  }

  /** The source map beside a compiled file, as compilers write it. */
  #mapOf(file: string): SourceMap | null {
    let map = this.#maps.get(file);
    if (map === undefined) {
      map = this.#readMap(`${file}.map`);
      this.#maps.set(file, map);
    }
    return map;
  }

  #readMap(file: string): SourceMap | null {
    const { fs, SourceMap } = this.node;
    if (!fs.existsSync(file)) return null;
    try {
      return new SourceMap(JSON.parse(fs.readFileSync(file, 'utf8')));
    } catch {
      return null;
    }
  }

  /** The project is the highest folder with a package.json, not above the repository. */
  #findProject(start: string): Project {
    const { fs, path } = this.node;
    let packageName: string | undefined;
    let root: string | undefined;
    for (let folder = start; ; folder = path.dirname(folder)) {
      const manifest = path.join(folder, 'package.json');
      if (fs.existsSync(manifest)) {
        root = folder;
        packageName ??= nameIn(fs.readFileSync(manifest, 'utf8'));
      }
      if (fs.existsSync(path.join(folder, '.git')) || path.dirname(folder) === folder) break;
    }
    const base = root ?? start;
    return {
      packageName: packageName ?? '',
      relative: (file) => path.relative(base, file).split(path.sep).join('/'),
    };
  }
}

function nameIn(manifest: string): string | undefined {
  try {
    const { name } = JSON.parse(manifest) as { name?: unknown };
    return typeof name === 'string' ? name : undefined;
  } catch {
    return undefined;
  }
}

/** Where texts stand that are no files: in a browser. */
const TEXTS = '/racewalk-text/';

/**
 * What to append to a module that a browser makes of a text, so that steps and errors name `file` and its lines. Lines of the
 * module have to be those of the text.
 */
export const namedText = (file: string): string => `\n//# sourceURL=${TEXTS}${file}\n`;

/** Texts that were named; whatever else a stack has in a browser is no author's. */
const namedTexts: Files = {
  pathOf: (name) => name,
  original: (place) => place,
  project: () => ({ packageName: '', relative: (file) => file.replace(TEXTS, '') }),
};

let found: Files | null | undefined;

/** Files where there is Node, else texts with a name. */
export const filesHere = (): Files => filesOfNode() ?? namedTexts;

/** The files of this process, or null where there is no Node. */
export function filesOfNode(): Files | null {
  if (found === undefined) {
    const builtin = globalThis.process?.getBuiltinModule;
    found =
      builtin === undefined
        ? null
        : new NodeFiles({
            fs: builtin('node:fs'),
            path: builtin('node:path'),
            url: builtin('node:url'),
            SourceMap: builtin('node:module').SourceMap,
            createRequire: builtin('node:module').createRequire,
          });
  }
  return found;
}
