/** Who has a lane of its own: each agent, the hardware that walks for it, and each store buffer's stores with their agent. */
import type { Trace, TraceAgent, TraceEvent } from '@racewalk/trace';

/** What touched memory, which a colour and a tag say. */
export type Tone = 'read' | 'write' | 'hw' | 'inv' | 'quiet';

/** A column of the picture. */
export interface Lane {
  readonly key: string;
  readonly agent: number;
  /** `CPU0`, `device`. */
  readonly where: string;
  readonly name: string;
  readonly note: string;
  readonly walker: boolean;
}

/** What an event is, for the reader: a tag of one to three letters, a word, a colour. */
export interface Kind {
  readonly tag: string;
  readonly word: string;
  readonly tone: Tone;
}

const kind = (tag: string, word: string, tone: Tone): Kind => ({ tag, word, tone });

const KINDS: Readonly<Record<TraceEvent['does'], Kind>> = {
  read: kind('R', 'read', 'read'),
  store: kind('W', 'write', 'write'),
  exchange: kind('RW', 'exchange', 'write'),
  update: kind('RW', 'update', 'write'),
  copy: kind('RW', 'copy', 'write'),
  walk: kind('HW', 'walk', 'hw'),
  'look-up': kind('HW', 'look-up', 'hw'),
  use: kind('R', 'access', 'read'),
  evict: kind('HW', 'eviction', 'hw'),
  drop: kind('INV', 'drop', 'inv'),
  issue: kind('INV', 'invalidation issued', 'inv'),
  invalidate: kind('INV', 'invalidation', 'inv'),
  barrier: kind('INV', 'barrier', 'inv'),
  fence: kind('F', 'fence', 'quiet'),
  lock: kind('L', 'lock', 'quiet'),
  unlock: kind('U', 'unlock', 'quiet'),
  wait: kind('…', 'wait', 'quiet'),
  retry: kind('↺', 'retry', 'quiet'),
  choose: kind('?', 'choice', 'quiet'),
  interrupt: kind('IPI', 'interrupt', 'inv'),
  free: kind('FR', 'free', 'write'),
  notify: kind('N', 'notifier', 'inv'),
  complete: kind('#', 'accounting', 'quiet'),
  observe: kind('O', 'observer', 'quiet'),
};

/** What an event is. An access of user code that changes memory is a write. */
export function kindOf(event: TraceEvent): Kind {
  if (event.flusher === true) return kind('SB', 'leaves the store buffer', 'write');
  const usual = KINDS[event.does];
  if (event.does === 'use' && event.cells.some(({ was, now }) => was !== now))
    return kind('W', 'write', 'write');
  return usual;
}

/** True for what the hardware of a CPU does by itself. */
export const isHardware = ({ does }: TraceEvent): boolean =>
  does === 'walk' || does === 'look-up' || does === 'evict';

const ORDER: Readonly<Record<string, number>> = { kernel: 0, user: 1, walker: 2, device: 3 };

const whereOf = ({ role, cpu }: TraceAgent): string => (cpu === undefined ? (role ?? 'agent') : `CPU${cpu}`);

/** What stands in parentheses in a title, without the CPU. */
function noteOf({ title, role }: TraceAgent): string {
  const inside = /\((.*)\)\s*$/.exec(title)?.[1]?.replace(/^cpu\d+,?\s*/, '');
  return inside === undefined || inside === '' ? (role ?? '') : inside;
}

/** The lanes of a trace: kernel first, then user code, the hardware that walks for it, devices. */
export function lanesOf(trace: Trace): Lane[] {
  const acting = new Set(trace.events.map(({ agent }) => agent));
  const rank = ({ role = 'kernel' }: TraceAgent): number => ORDER[role] ?? 1;
  const agents = trace.agents
    .filter(({ id }) => acting.has(id))
    .sort((a, b) => rank(a) - rank(b) || a.id - b.id);
  return agents.flatMap((agent) => {
    const lane: Lane = {
      key: `${agent.id}`,
      agent: agent.id,
      where: whereOf(agent),
      name: agent.name,
      note: noteOf(agent),
      walker: false,
    };
    const walks =
      agent.role !== 'device' && trace.events.some((event) => event.agent === agent.id && isHardware(event));
    return walks
      ? [
          lane,
          { ...lane, key: `${agent.id}w`, name: 'walker · TLB', note: `for ${agent.name}`, walker: true },
        ]
      : [lane];
  });
}

/** The lane of an event. */
export function laneOf(lanes: readonly Lane[], event: TraceEvent): number {
  const own = lanes.findIndex(({ agent, walker }) => agent === event.agent && walker === isHardware(event));
  return own >= 0 ? own : lanes.findIndex(({ agent }) => agent === event.agent);
}
