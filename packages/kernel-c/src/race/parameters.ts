/** What agents are handed in, and what of it the initial state need not mention. */
import { errorAt, placeOf } from '../parse/error.js';
import type { CFunction } from '../parse/unit.js';
import type { CType } from '../types/ctype.js';
import { pointer, T } from '../types/ctype.js';
import type { Types } from '../types/declare.js';
import type { InitialState, SharedVariable } from './initial.js';
import { LOCKS } from './shared.js';
import { missing } from './world.js';

/** A parameter of an agent. */
export interface Parameter {
  readonly name: string;
  readonly type: CType;
  readonly user: boolean;
}

/** The parameters of an agent; `(void)` has none. */
export function parametersOf(types: Types, { unit, parameters }: CFunction): Parameter[] {
  return parameters.flatMap((p) => {
    const { name, type } = types.declared(p.childForFieldName('declarator'), types.ofDeclaration(p));
    if (name === '' && type.k === 'void') return [];
    return { name, type, user: unit.user.some((at) => at >= p.startIndex && at <= p.endIndex) };
  });
}

/** Pointers to integers that the initial state does not mention are shared words that start with 0. */
export function withParameters(state: InitialState, parameters: readonly Parameter[]): InitialState {
  const variables: SharedVariable[] = [...state.variables];
  for (const { name, type, user } of parameters) {
    const known = variables.findIndex((v) => v.name === name);
    if (user || type.k !== 'ptr') continue;
    const { to } = type;
    // `old_ptl`, `src_ptl`: locks of tables, which the machine has.
    const lock = to.k === 'struct' && LOCKS.has(to.tag) && !(to.tag === 'spinlock' && /ptl/.test(name));
    const plain = to.k === 'int' || to.k === 'ptr' || lock || (to.k === 'struct' && known >= 0);
    if (!plain || (to.k === 'struct' && !lock)) continue;
    const old = variables[known];
    // `x = 1;` in the initial state leaves the type to the parameter.
    if (old !== undefined)
      variables[known] = old.type === T.int || typeof old.value === 'string' ? { ...old, type: to } : old;
    else variables.push({ name, type: to, value: 0n, length: null });
  }
  // What is pointed to exists, even if no agent is handed it.
  for (const { value } of [...variables])
    if (typeof value === 'string' && !variables.some((v) => v.name === value))
      variables.push({ name: value, type: T.int, value: 0n, length: null });
  return { ...state, variables };
}

/** Refuse a parameter that the race can hand nothing in for. */
export function refuseUnknown(
  { unit, name: agent, parameters }: CFunction,
  { name, type, user }: Parameter,
  state: InitialState,
): void {
  const mapped = user ? Number(/(\d+)$/.exec(name)?.[1] ?? 0) : 0;
  const gone =
    mapped >= state.pages
      ? missing(state, name, pointer(T.pte))
      : user || state.variables.some((v) => v.name === name)
        ? null
        : missing(state, name, type);
  if (gone === null) return;
  const node = parameters.find((p) => p.text.includes(name));
  const place = placeOf(unit, node ?? unit.root);
  throw errorAt(place, `${gone.what} (of ${agent})`, gone.hint, 'RACEWALK_C_RACE');
}
