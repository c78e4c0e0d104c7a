/**
 * Checks the operations of a plug-in: known names, generator functions as bodies, and the kernel's parameters
 * in their order.
 */
import { misspelt, nearest } from '../near.js';
import type { EntryMachine } from '../ops/entry-machine.js';
import { GenericPteOps, PTE_OPS } from '../ops/generic.js';
import { GenericHugePteOps, HUGE_PTE_OPS } from '../ops/hugetlb.js';
import { GenericPmdOps } from '../ops/pmd.js';
import { PMD_OPS } from '../ops/pud.js';
import { type Refuse, refuseFor } from './check-spec.js';
import type { ArchPlugin } from './plugin.js';
import { stubMachine, stubTlb } from './stub-machine.js';

type Methods = Readonly<Record<string, unknown>>;

/** Words for functions that are not generators, by the name of their constructor. */
const STEPLESS: Readonly<Record<string, string>> = {
  AsyncFunction: 'an async function',
  AsyncGeneratorFunction: 'an async generator',
  Function: 'a plain function',
};

/** Names of the parameters, without the underscore of unused ones; null if the source text does not show them. */
function parametersOf(method: unknown): string[] | null {
  const list = /^[^(]*\(([^)]*)\)/.exec(String(method))?.[1];
  if (list === undefined) return null;
  const names = list
    .split(',')
    .map((name) => name.trim().replace(/^_+/, ''))
    .filter((name) => name !== '');
  return names.every((name) => /^[A-Za-z$][\w$]*$/.test(name)) ? names : null;
}

/** Whether parameters have the names of the sources: a bundle for the web may have shortened them. */
const NAMED = parametersOf((ptep: unknown) => ptep)?.[0] === 'ptep';

/** A parameter in the place of another of the kernel's, or one too many. */
function checkParameters(name: string, method: unknown, generic: unknown, refuse: Refuse): void {
  const wanted = parametersOf(generic) ?? [];
  const given = NAMED ? parametersOf(method) : null;
  if (given === null) return;
  const misplaced = given.some((parameter, i) => parameter !== wanted[i] && wanted.includes(parameter));
  if (!misplaced && given.length <= wanted.length) return;
  refuse(`${name}(${given.join(', ')}) does not take what it is given`, `${name}(${wanted.join(', ')})`);
}

function checkBody(name: string, method: unknown, refuse: Refuse): void {
  const kind = typeof method === 'function' ? method.constructor.name : '';
  if (kind === 'GeneratorFunction') return;
  refuse(`${name} is ${STEPLESS[kind] ?? 'no function'}`, `*${name}(…) { … }, a generator function`);
}

/** Names that an object and its classes add to the generic ones. */
function ownNames(ops: object, generic: object): string[] {
  const names = new Set(Object.keys(ops));
  for (let at = Object.getPrototypeOf(ops); at !== null && at !== generic; at = Object.getPrototypeOf(at)) {
    for (const name of Object.getOwnPropertyNames(at)) names.add(name);
  }
  return [...names].filter((name) => name !== 'constructor' && name !== 'm');
}

/** One set of operations against the generic ones. */
function checkMethods(ops: object, generic: object, known: readonly string[], refuse: Refuse): void {
  for (const name of ownNames(ops, generic)) {
    const meant = misspelt(name, known);
    if (meant !== null) refuse(`unknown operation ${name}`, meant);
    if (!known.includes(name)) continue;
    const method = (ops as Methods)[name];
    checkBody(name, method, refuse);
    checkParameters(name, method, (generic as Methods)[name], refuse);
  }
}

/** The operations on huge pages and hugetlb entries, where the plug-in brings its own. */
function checkHugeOps(arch: ArchPlugin, machine: EntryMachine, refuse: Refuse): void {
  for (const level of arch.pmdOps === undefined ? [] : (['pmd', 'pud'] as const)) {
    const ops: object = machine.upper(level);
    if (!(ops instanceof GenericPmdOps) || ops.level !== level)
      refuse(`pmdOps does not make operations for the level ${level}`, made('PmdOps', '(m, level)'));
    checkMethods(ops, GenericPmdOps.prototype, PMD_OPS, refuse);
  }
  if (arch.hugeOps === undefined) return;
  const ops: object = machine.huge;
  if (!(ops instanceof GenericHugePteOps))
    refuse('hugeOps does not make operations', made('HugePteOps', '(m)'));
  checkMethods(ops, GenericHugePteOps.prototype, HUGE_PTE_OPS, refuse);
}

/** The TLB part, where the plug-in brings its own: nothing lacks, and nothing is nearly an operation. */
function checkTlb(arch: ArchPlugin, machine: EntryMachine, refuse: Refuse): void {
  if (arch.tlb === undefined) return;
  const part = Object(arch.tlb(machine, stubTlb)) as Methods;
  const known = Object.keys(stubTlb);
  const expected = '(m, hardware) => ({ ...hardware, *flushTlbPage(vma, addr) { … } })';
  const lacking = known.find((name) => part[name] === undefined && !OWN_TLB.includes(name));
  if (lacking !== undefined) refuse(`the TLB part lacks ${lacking}`, expected);
  for (const name of ownNames(part, Object.prototype)) {
    const meant = misspelt(name, known);
    if (meant !== null) refuse(`unknown operation ${name} of the TLB part`, meant);
    if (known.includes(name) && part[name] !== (stubTlb as unknown as Methods)[name])
      checkBody(name, part[name], refuse);
  }
}

/** What only the machine's part has to have. */
const OWN_TLB: readonly string[] = ['updateAndFlushAtOnce', 'flushDevices'];

/** How a plug-in makes operations, from what it is given. */
function made(kind: 'PteOps' | 'PmdOps' | 'HugePteOps', given: string): string {
  return `${given} => new My${kind}${given}, where My${kind} extends Generic${kind}`;
}

/** A variant of the plug-in replaces operations that exist. */
function checkPatched(who: string, patch: object, refuse: Refuse): void {
  for (const name of Object.keys(patch)) {
    if ([...PTE_OPS, ...PMD_OPS, ...HUGE_PTE_OPS].includes(name as never)) continue;
    refuse(`${who} replaces ${name}, which is not there`, nearest(name, PTE_OPS) ?? PTE_OPS.join(', '));
  }
}

/**
 * Throws `RACEWALK_BAD_OVERRIDE` if a method has nearly the name of an operation, cannot be stepped through,
 * or has its parameters in another order; if a mutant or a release of Linux replaces an unknown operation; and if `ops`, `pmdOps` or
 * `hugeOps` does not return operations.
 */
export function checkOps(arch: ArchPlugin): void {
  const refuse = refuseFor(arch.id, 'RACEWALK_BAD_OVERRIDE');
  const machine = stubMachine(arch);
  checkHugeOps(arch, machine, refuse);
  checkTlb(arch, machine, refuse);
  const ops = machine.pte;
  if (!((ops as object) instanceof GenericPteOps))
    refuse('ops does not make operations', made('PteOps', '(m)'));
  checkMethods(ops, GenericPteOps.prototype, PTE_OPS, refuse);
  for (const { name, patch } of arch.mutants ?? []) checkPatched(`the mutant ${name}`, patch, refuse);
  const releases = (arch.linux ?? []).map(({ release }) => release);
  for (const [i, { release, patch }] of (arch.linux ?? []).entries()) {
    if (releases.indexOf(release) !== i) refuse(`linux: ${release} is there twice`, 'one entry a release');
    checkPatched(`linux ${release}`, patch, refuse);
  }
}
