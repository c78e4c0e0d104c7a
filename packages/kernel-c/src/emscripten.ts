/** A name that the types of `web-tree-sitter` take for granted, for those who have no `@types/emscripten`. */
declare global {
  /** Options of a WebAssembly module; of no use here. */
  interface EmscriptenModule {
    /** Where a file of the module lies. */
    locateFile(path: string, prefix: string): string;
  }
}

export {};
