/**
 * The fingerprint in a replay token: what the schedule looked like when the token was made.
 *
 * `HHHHHHHH.aabbcc…`: eight hexadecimal digits for the memory model and the agents,
 * then two base64url characters per step for what was done and what came of it, and two for the fault.
 * So changed code is noticed, and the first step that differs can be named. Labels are not covered: how
 * a step is spelled does not change the schedule. Words that the schedule does
 * not touch and steps it does not take are not covered: they cannot change what it shows.
 *
 * A race that was read from a text has `~` and the checksum of the text behind that: the names of a file say nothing of
 * what is in it.
 */
import type { Scenario } from '@racewalk/machine';
import type { Trace } from '@racewalk/trace';

const DIGITS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** FNV-1a over UTF-16 code units, with a final mix. */
function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  return (h ^ (h >>> 13)) >>> 0;
}

const pair = (text: string): string => {
  const h = hash(text);
  return `${DIGITS[h & 63]}${DIGITS[(h >>> 6) & 63]}`;
};

/** The fingerprint of a recorded schedule. No interned id is in it, so it is the same in every process. */
export function fingerprintOf(trace: Trace): string {
  const agents = trace.agents.map((a) => a.name);
  const head = hash(JSON.stringify([trace.memory, agents]));
  const steps = trace.events.map((e) => {
    const touched = e.cells.map((c) => [c.cell, c.was ?? c.before, c.now ?? c.after, c.seen]);
    return pair(JSON.stringify([e.agent, e.flusher === true, e.kind, e.op, e.does, e.on, e.choice, touched]));
  });
  const end = pair(JSON.stringify([trace.fault?.code, trace.fault?.message, trace.fault?.step]));
  return `${head.toString(16).padStart(8, '0')}.${steps.join('')}${end}`;
}

/** The fingerprint for a token: where the race was read from a text, with the checksum of that text. */
export const withText = (fingerprint: string, { text }: Pick<Scenario, 'text'>): string =>
  text === undefined ? fingerprint : `${fingerprint}~${text}`;

/** The fingerprint of a token without the checksum of the text, and that checksum; null without one. */
export function splitText(fingerprint: string): { readonly steps: string; readonly text: string | null } {
  const [steps = '', text = null] = fingerprint.split('~');
  return { steps, text };
}

/** Where two fingerprints differ first. */
export type Difference =
  | { readonly at: 'start' | 'end' }
  | { readonly at: 'step' /** From 0. */; readonly step: number };

/**
 * The first difference between the fingerprint in a token and the one found on replay, or null.
 *
 * A changed start is reported as the step where it first shows, if it does.
 */
export function firstDifference(expected: string, found: string): Difference | null {
  if (expected === found) return null;
  const [, was = ''] = expected.split('.');
  const [, is = ''] = found.split('.');
  const steps = Math.min(was.length, is.length) / 2 - 1;
  for (let step = 0; step < steps; step++) {
    if (was.slice(2 * step, 2 * step + 2) !== is.slice(2 * step, 2 * step + 2)) return { at: 'step', step };
  }
  if (was.length !== is.length) return { at: 'step', step: Math.max(0, steps) };
  return { at: was === is ? 'start' : 'end' };
}
