/** `racewalk.matrix/1`: what the engine decided, made when the page was built. See tools/data.mjs. */
import type { Verdict } from '@racewalk/conformance/matrix';

/** Verdict, invariant, as expected (1) or not, executions, steps of the counterexample, number of the reason or -1. */
export type CellTuple = readonly [Verdict, string, 0 | 1, number, number, number];

export interface ArchInfo {
  readonly id: string;
  readonly title: string;
  readonly memory: string;
  readonly capabilities: readonly string[];
  readonly omits: readonly string[];
}

export interface VariantInfo {
  readonly name: string;
  readonly what?: string;
  readonly kernel?: string;
  readonly known?: string;
  readonly linux?: readonly string[];
  /** By architecture, in the order of the matrix. */
  readonly cells: readonly (CellTuple | null)[];
}

export interface RaceInfo {
  readonly id: string;
  readonly title: string;
  readonly about: string;
  readonly source: string;
  readonly invariants: readonly string[];
  readonly variants: readonly VariantInfo[];
}

export interface Matrix {
  readonly schema: 'racewalk.matrix/1';
  readonly version: string;
  readonly archs: readonly ArchInfo[];
  readonly summary: {
    readonly cells: number;
    readonly asExpected: number;
    readonly unexpected: number;
    readonly notApplicable: number;
    readonly bounded: number;
    readonly executions: number;
    readonly ms: number;
  };
  readonly texts: readonly string[];
  readonly races: readonly RaceInfo[];
}

/** A family's tokens, and where each step of them stands in the source. */
export interface FamilyFile {
  readonly places: readonly string[];
  readonly cells: Readonly<Record<string, { readonly token: string; readonly at: readonly number[] }>>;
}

export const familyOf = (test: string): string => test.split('/')[0] ?? test;

const base = (): string => document.baseURI.replace(/[^/]*([?#].*)?$/, '');

async function fetched(file: string): Promise<Response> {
  const response = await fetch(`${base()}data/${file}`);
  if (!response.ok) throw new Error(`data/${file} is not there (${response.status})`);
  return response;
}

const kept = new Map<string, Promise<unknown>>();
function once<T>(file: string, read: (response: Response) => Promise<T>): Promise<T> {
  const known = kept.get(file) as Promise<T> | undefined;
  if (known !== undefined) return known;
  const loading = fetched(file).then(read);
  loading.catch(() => kept.delete(file));
  kept.set(file, loading);
  return loading;
}

export const loadMatrix = (): Promise<Matrix> => once('matrix.json', (r) => r.json() as Promise<Matrix>);
export const loadFamily = (family: string): Promise<FamilyFile> =>
  once(`cells/${family}.json`, (r) => r.json() as Promise<FamilyFile>);
export const loadSource = (file: string): Promise<string> => once(`sources/${file}.txt`, (r) => r.text());
