/**
 * Late binding: operations and kernel functions call each other by name, and a variant may have put another body
 * under a name. Whoever is called is also remembered while it runs, so that a step knows in which operation it
 * stands.
 */

/** A function whose parameters are nobody's business here. */
export type AnyFunction = (...args: never[]) => unknown;

/** Functions by name. */
export type FunctionTable = Readonly<Record<string, AnyFunction | undefined>>;

/** The operations and functions an agent is in, innermost last. One for each agent, and local to it. */
export class CallStack {
  readonly #names: string[] = [];
  /** Beside each name: whether a replacement runs under it. */
  readonly #replaced: boolean[] = [];

  /** Name of the innermost, or the empty string. */
  get top(): string {
    return this.#names.at(-1) ?? '';
  }

  enter(name: string, replaced: boolean): void {
    this.#names.push(name);
    this.#replaced.push(replaced);
  }

  leave(): void {
    this.#names.pop();
    this.#replaced.pop();
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

/** What every bound function finds at its `this`: the machine of its agent. */
interface Caller {
  readonly calls: CallStack;
  /** Name of the agent. */
  readonly agent: string;
}

/** For whose calls a replacement stands; for all if nothing is said. */
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

type Run = (m: Caller, self: unknown, args: readonly unknown[]) => unknown;

const asStep = (result: unknown): Generator<undefined, unknown, number> =>
  result as Generator<undefined, unknown, number>;

/** The bodies of one world: what stands under each name, and for whose calls. */
export class Binder {
  readonly #replacements = new Map<string, Replacement[]>();
  readonly #prototypes = new Map<object, object>();
  readonly #functions: Record<string, AnyFunction> = {};
  #kernel: (new (m: Caller) => object) | undefined;

  /** Put other bodies under some names. */
  replace(table: FunctionTable, scope: Scope = {}): void {
    for (const [name, body] of Object.entries(table)) {
      if (body === undefined) continue;
      const known = this.#replacements.get(name) ?? [];
      this.#replacements.set(name, [...known, { scope, body }]);
    }
  }

  /** Add functions of the kernel; the same name may be given again with the same body. */
  add(table: FunctionTable): void {
    for (const [name, body] of Object.entries(table)) if (body !== undefined) this.#functions[name] = body;
    this.#kernel = undefined;
  }

  /** Names of the functions of the kernel. */
  get names(): readonly string[] {
    return Object.keys(this.#functions);
  }

  /** Names that replacements have, or are restricted to, and that are neither among `names` nor in the kernel. */
  unknown(names: readonly string[]): readonly string[] {
    const within = [...this.#replacements.values()].flat().flatMap(({ scope }) => scope.within ?? []);
    const used = [...this.#replacements.keys(), ...within];
    return used.filter((name) => !names.includes(name) && !Object.hasOwn(this.#functions, name));
  }

  /** `m.k` of one agent. */
  kernel(m: Caller): object {
    this.#kernel ??= this.#kernelClass();
    return new this.#kernel(m);
  }

  /** Make the methods of `target` late bound; `target` itself is changed and returned. */
  bind<T extends object>(m: Caller, target: T, names: readonly string[]): T {
    const own = Object.getPrototypeOf(target) as object;
    for (const name of names) {
      const body = Object.hasOwn(target, name) ? (target as FunctionTable)[name] : undefined;
      if (body !== undefined)
        Object.defineProperty(target, name, { value: this.#method(name, body, () => m) });
    }
    if (own === Object.prototype) return target;
    let bound = this.#prototypes.get(own);
    if (bound === undefined) {
      bound = Object.create(own) as object;
      for (const name of names) {
        const body = (own as FunctionTable)[name];
        if (body === undefined) continue;
        const value = this.#method(name, body, (self) => (self as { readonly m: Caller }).m);
        Object.defineProperty(bound, name, { value });
      }
      this.#prototypes.set(own, bound);
    }
    Object.setPrototypeOf(target, bound);
    return target;
  }

  #kernelClass(): new (m: Caller) => object {
    class BoundKernel {
      constructor(readonly m: Caller) {}
    }
    for (const [name, body] of Object.entries(this.#functions)) {
      const run: Run = (m, _self, args) => (body as (...all: unknown[]) => unknown)(m, ...args);
      const value = this.#bound(name, body, run, (self) => (self as BoundKernel).m);
      Object.defineProperty(BoundKernel.prototype, name, { value });
    }
    return BoundKernel;
  }

  #method(name: string, body: AnyFunction, machineOf: (self: unknown) => Caller): AnyFunction {
    const run: Run = (_m, self, args) => (body as (...all: unknown[]) => unknown).apply(self, [...args]);
    return this.#bound(name, body, run, machineOf);
  }

  #bound(name: string, body: AnyFunction, run: Run, machineOf: (self: unknown) => Caller): AnyFunction {
    const choose = (m: Caller): AnyFunction | undefined => {
      const known = this.#replacements.get(name);
      // Inside its own replacement the name means the body that was replaced.
      if (known === undefined || m.calls.isInReplacement(name)) return undefined;
      return known.findLast(({ scope }) => concerns(scope, m))?.body;
    };
    const call = (m: Caller, self: unknown, args: readonly unknown[], other: AnyFunction | undefined) =>
      other === undefined ? run(m, self, args) : (other as (...all: unknown[]) => unknown)(m, ...args);
    if (!isGenerator(body)) {
      return function (this: unknown, ...args: never[]): unknown {
        const m = machineOf(this);
        return call(m, this, args, choose(m));
      };
    }
    return function* (this: unknown, ...args: never[]): Generator<undefined, unknown, number> {
      const m = machineOf(this);
      const { calls } = m;
      const other = choose(m);
      calls.enter(name, other !== undefined);
      const result = yield* asStep(call(m, this, args, other));
      calls.leave();
      return result;
    };
  }
}
