/**
 * Printers never throw. A trace that cannot be laid out is still evidence: it is shown as the plain list of
 * its events, with the reason.
 */
import type { Trace } from '../schema.js';
import type { PrintOptions } from './options.js';
import { line } from './text.js';

type Loose = Readonly<Record<string, unknown>>;

function fieldsOf(value: unknown): Loose {
  return typeof value === 'object' && value !== null ? (value as Loose) : {};
}

function eventLine(value: unknown, i: number): string {
  const event = fieldsOf(value);
  const what = [event.kind, event.label, event.text].map(line).filter(Boolean).join('  ');
  return `${String(i + 1).padStart(6)}  agent ${line(event.agent) || '?'}  ${what || line(value)}`.trimEnd();
}

/** The events of a trace that nothing else can be done with. */
export function rawLines(trace: unknown, problem: unknown): string[] {
  try {
    const t = fieldsOf(trace);
    const fault = fieldsOf(t.fault);
    const about = ['test', 'arch', 'variant'].map((key) => `${key} ${line(t[key]) || '?'}`);
    const events: unknown[] = Array.isArray(t.events) ? t.events : [];
    const broke = line(fault.code) ? [`${line(fault.code)}: ${line(fault.message)}`] : [];
    const why = problem instanceof Error ? problem.message : problem;
    const token = line(t.token) ? [`replay  racewalk replay ${line(t.token)}`] : [];
    return [
      about.join('   '),
      ...broke,
      `this trace cannot be laid out (${line(why)}); its events as they are:`,
      ...events.map(eventLine),
      ...token,
    ];
  } catch {
    return ['this trace cannot be read'];
  }
}

/**
 * Runs a layout; if it fails, dresses the raw list instead.
 *
 * @param dress - turns the raw lines into the printer's format
 */
export function total(
  layout: (trace: Trace, options: PrintOptions) => string,
  dress: (lines: string[]) => string,
  trace: Trace,
  options: PrintOptions,
): string {
  try {
    return layout(trace, options);
  } catch (problem) {
    return dress(rawLines(trace, problem));
  }
}
