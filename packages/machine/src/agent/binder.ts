/**
 * Late binding: operations and kernel functions call each other by name, and a variant may replace the body
 * behind a name. The binder also keeps the names of running functions, so that a step knows its operation.
 */
import { call as asOneCall } from './call.js';

/** A function with any parameters. */
export type AnyFunction = (...args: never[]) => unknown;

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, AnyFunction | undefined>>;

/** The operations and functions that an agent runs, innermost last. Each agent has its own. */
export class CallStack {
  readonly #names: string[] = [];
  /** For each name: whether a replacement runs. */
  readonly #replaced: boolean[] = [];
  /** For each name: which call it is, counted over the life of the agent. */
  readonly #calls: number[] = [];
  #count = 0;
  /** What is left to do when a function of the kernel returns that no other one has called, or the agent ends; null: nothing. */
  settle: (() => Generator<undefined, void, number>) | null = null;

  /** Name of the innermost, or the empty string. */
  get top(): string {
    return this.#names.at(-1) ?? '';
  }

  /** Names of all that run, innermost last. */
  get running(): readonly string[] {
    return this.#names;
  }

  /** The number of the running call `depth` levels below the innermost; 0 for the agent's own code. */
  call(depth: number): number {
    return this.#calls.at(-1 - depth) ?? 0;
  }

  enter(name: string, replaced: boolean): void {
    this.#names.push(name);
    this.#replaced.push(replaced);
    this.#calls.push(++this.#count);
  }

  leave(): void {
    this.#names.pop();
    this.#replaced.pop();
    this.#calls.pop();
  }

  /** Whether a call comes from inside a function of this name. */
  isIn(name: string): boolean {
    return this.#names.includes(name);
  }

  /** Whether it comes from inside the replacement of a function of this name. */
  isInReplacement(name: string): boolean {
    return this.#names.some((n, i) => n === name && this.#replaced[i]);
  }
}

/** What every bound function gets as `m`: the machine of its agent. */
interface Caller {
  readonly calls: CallStack;
  /** Name of the agent. */
  readonly agent: string;
  readonly world: { readonly binder: Binder };
  /** Everything but variables of its functions that the agent's code remembers from one step to the next. */
  readonly keeps: readonly unknown[];
}

/** Which calls a replacement serves; all calls by default. */
export interface Scope {
  /** Only for calls made from inside this function. */
  readonly within?: string | undefined;
  /** Only for calls of these agents. */
  readonly agents?: readonly string[] | undefined;
}

interface Replacement {
  readonly scope: Scope;
  readonly body: AnyFunction;
}

const concerns = ({ within, agents }: Scope, m: Caller): boolean =>
  (within === undefined || m.calls.isIn(within)) && (agents === undefined || agents.includes(m.agent));

const isGenerator = (body: AnyFunction): boolean => body.constructor.name === 'GeneratorFunction';

/** Calls the body that is replaced or not, for an object `self` and its machine. */
type Run = (m: Caller, self: unknown, args: unknown[]) => unknown;

const asStep = (result: unknown): Generator<undefined, unknown, number> =>
  result as Generator<undefined, unknown, number>;

/** The late-bound form of `body`. Made once for each body, for all worlds and agents. */
function bound(
  name: string,
  body: AnyFunction,
  run: Run,
  of: (self: unknown) => Caller,
  settles = false,
): AnyFunction {
  const call = (m: Caller, self: unknown, args: unknown[], other: AnyFunction | undefined) =>
    other === undefined ? run(m, self, args) : (other as (...all: unknown[]) => unknown)(m, ...args);
  if (!isGenerator(body)) {
    return function (this: unknown, ...args: never[]): unknown {
      const m = of(this);
      const other = m.world.binder.replacement(name, m);
      if (other === undefined) return run(m, this, args);
      // As below: inside its replacement the name means the body itself.
      m.calls.enter(name, true);
      try {
        return call(m, this, args, other);
      } finally {
        m.calls.leave();
      }
    };
  }
  return function* (this: unknown, ...args: never[]): Generator<undefined, unknown, number> {
    const m = of(this);
    const { calls } = m;
    const other = m.world.binder.replacement(name, m);
    calls.enter(name, other !== undefined);
    // What it was given and what the agent keeps may be changed, too.
    const result = yield* asOneCall(asStep(call(m, this, args, other)), m.keeps, args);
    calls.leave();
    if (settles && calls.settle !== null && calls.top === '') yield* calls.settle();
    return result;
  };
}

const machineOf = (self: unknown): Caller => (self as { readonly m: Caller }).m;

const method = (name: string, body: AnyFunction, of: (self: unknown) => Caller): AnyFunction =>
  bound(name, body, (_m, self, args) => (body as (...all: unknown[]) => unknown).apply(self, args), of);

/**
 * Makes, for each prototype of operations, another one with some of its methods in another form: once, as agents are many.
 * What it makes stands for itself: a plug-in may hand out one object twice, and it must not get a layer more each time.
 *
 * @param form - the other form of the method `name`
 */
export function prototypesWith(
  form: (name: string, body: AnyFunction) => AnyFunction,
): (own: object, names: Iterable<string>) => object {
  const made = new WeakMap<object, object>();
  return (own, names) => {
    let found = made.get(own);
    if (found === undefined) {
      found = Object.create(own) as object;
      for (const name of names) {
        const body = (own as FunctionTable)[name];
        if (body !== undefined) Object.defineProperty(found, name, { value: form(name, body) });
      }
      made.set(own, found);
      made.set(found, found);
    }
    return found;
  };
}

const boundPrototype = prototypesWith((name, body) => method(name, body, machineOf));

/** Functions of the kernel, table by table, as the class of every agent's `m.k`. */
interface Layer {
  readonly Kernel: new (m: Caller) => object;
  /** The layers that differ from this one by one table more. */
  readonly above: WeakMap<FunctionTable, Layer>;
}

const GROUND: Layer = {
  Kernel: class {
    constructor(readonly m: Caller) {}
  },
  above: new WeakMap(),
};

function layerOn(below: Layer, table: FunctionTable): Layer {
  let found = below.above.get(table);
  if (found === undefined) {
    const Kernel = class extends below.Kernel {};
    for (const [name, body] of Object.entries(table)) {
      if (body === undefined) continue;
      const run: Run = (m, _self, args) => (body as (...all: unknown[]) => unknown)(m, ...args);
      Object.defineProperty(Kernel.prototype, name, { value: bound(name, body, run, machineOf, true) });
    }
    found = { Kernel, above: new WeakMap() };
    below.above.set(table, found);
  }
  return found;
}

/** The bodies of one world: which body each name has, and for which calls. */
export class Binder {
  readonly #replacements = new Map<string, Replacement[]>();
  readonly #tables = new Set<FunctionTable>();
  #kernel = GROUND;

  /** Replace the bodies of some names. */
  replace(table: FunctionTable, scope: Scope = {}): void {
    for (const [name, body] of Object.entries(table)) {
      if (body === undefined) continue;
      const known = this.#replacements.get(name) ?? [];
      this.#replacements.set(name, [...known, { scope, body }]);
    }
  }

  /** Add functions of the kernel; the same table may be given again. */
  add(table: FunctionTable): void {
    if (this.#tables.has(table)) return;
    this.#tables.add(table);
    this.#kernel = layerOn(this.#kernel, table);
  }

  /** Names of the functions of the kernel. */
  get names(): readonly string[] {
    return [...this.#tables].flatMap((table) => Object.keys(table));
  }

  /** Names whose bodies are replaced. */
  get replaced(): readonly string[] {
    return [...this.#replacements.keys()];
  }

  /** Names that a replacement has or is restricted to, but that are neither in `names` nor in the kernel. */
  unknown(names: readonly string[]): readonly string[] {
    const within = [...this.#replacements.values()].flat().flatMap(({ scope }) => scope.within ?? []);
    const used = [...this.#replacements.keys(), ...within];
    const tables = [...this.#tables];
    return used.filter(
      (name) => !names.includes(name) && !tables.some((table) => Object.hasOwn(table, name)),
    );
  }

  /** The replacement of a name for this call, if there is one. */
  replacement(name: string, m: Caller): AnyFunction | undefined {
    const known = this.#replacements.get(name);
    // Inside its own replacement the name means the body that was replaced.
    if (known === undefined || m.calls.isInReplacement(name)) return undefined;
    return known.findLast(({ scope }) => concerns(scope, m))?.body;
  }

  /** `m.k` of one agent. */
  kernel(m: Caller): object {
    return new this.#kernel.Kernel(m);
  }

  /** Make the methods of `target` late bound; `target` itself is changed and returned. */
  bind<T extends object>(m: Caller, target: T, names: readonly string[]): T {
    for (const name of Object.keys(target)) {
      if (!names.includes(name)) continue;
      const body = (target as FunctionTable)[name] as AnyFunction;
      Object.defineProperty(target, name, { value: method(name, body, () => m) });
    }
    const own = Object.getPrototypeOf(target) as object;
    return own === Object.prototype ? target : Object.setPrototypeOf(target, boundPrototype(own, names));
  }
}
