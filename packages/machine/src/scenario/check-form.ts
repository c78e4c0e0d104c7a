/** What the types forbid, for authors whose file nobody type-checks. */
import { INVARIANTS, nearest } from '@racewalk/core';
import { type AgentSpec, codesOf, type Mutant } from './variant.js';

type Reject = (message: string, expected: string) => never;

/** What is asked of a race here. */
interface Form {
  readonly invariants: unknown;
  readonly sizes?: unknown;
  readonly setup: unknown;
  readonly finally?: unknown;
  readonly agents: Readonly<Record<string, AgentSpec<never>>>;
  readonly mutants: Readonly<Record<string, Pick<Mutant<never>, 'breaks' | 'agents'>>>;
  readonly holds?: object;
  readonly linux?: object;
}

const ROLES: readonly string[] = ['kernel', 'user', 'device'] satisfies readonly AgentSpec<unknown>['role'][];

const HANDLED: readonly string[] = ['irq', 'nmi'] satisfies readonly AgentSpec<unknown>['handles'][];

/** What a function is that cannot be called and give its result at once; null for a plain one. */
function unlike(value: unknown): string | null {
  if (typeof value !== 'function') return `no function but ${value === null ? 'null' : typeof value}`;
  const kind = value.constructor.name;
  if (/^Async/.test(kind)) return 'an async function';
  return kind === 'GeneratorFunction' ? 'a generator' : null;
}

function checkAgent(who: string, { cpu, role, handles, raised }: AgentSpec<never>, reject: Reject): void {
  if (!Number.isInteger(cpu) || cpu < 0)
    reject(`cpu of ${who} is ${typeof cpu === 'string' ? `"${cpu}"` : String(cpu)}`, 'a whole number from 0');
  if (!ROLES.includes(role)) reject(`role of ${who} is ${String(role)}`, ROLES.join(', '));
  if (handles !== undefined && (!HANDLED.includes(handles) || role !== 'kernel'))
    reject(`${who}, of role ${role}, handles ${String(handles)}`, `role kernel, and ${HANDLED.join(' or ')}`);
  if (raised !== undefined && handles === undefined)
    reject(`${who} is raised, and is no handler`, "handles: 'irq'");
}

/** Refuse fields that are not among `fields`, and values that no field has. */
export function checkForm(spec: Form, fields: readonly string[], reject: Reject): void {
  for (const name of Object.keys(spec))
    if (!fields.includes(name))
      reject(`no field is called ${name}`, nearest(name, fields) ?? fields.join(', '));
  if (!Array.isArray(spec.invariants)) reject('invariants is no list', "['DIRTY', 'UAF']");
  if (spec.sizes !== undefined && !Array.isArray(spec.sizes)) reject('sizes is no list', '[{ block: 16 }]');
  const setup = unlike(spec.setup);
  if (setup !== null) reject(`setup is ${setup}`, 'a function (w) => state, without steps');
  const last = spec.finally === undefined ? null : unlike(spec.finally);
  if (last !== null) reject(`finally is ${last}`, 'a function (w, s, view, faults), without steps');
  const changes = [spec.mutants, spec.holds ?? {}, spec.linux ?? {}].flatMap((group) =>
    Object.entries(group),
  );
  for (const [name, agent] of Object.entries(spec.agents)) checkAgent(name, agent, reject);
  for (const [variant, change] of changes) {
    if (typeof change !== 'object' || change === null || change.agents === undefined) continue;
    for (const [name, agent] of Object.entries(change.agents as Record<string, AgentSpec<never>>))
      checkAgent(`${name} in ${variant}`, agent, reject);
  }
  for (const [name, mutant] of Object.entries(spec.mutants)) {
    for (const code of codesOf(mutant))
      if (!(code in INVARIANTS))
        reject(`mutant ${name} breaks ${code}`, nearest(code, Object.keys(INVARIANTS)) ?? 'an invariant');
  }
}
