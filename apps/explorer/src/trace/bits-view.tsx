/** Entries bit by bit: in memory, in every TLB, and as an agent read them. */
import type { Trace, TraceField } from '@racewalk/trace';
import type { Tone } from './lanes.js';
import type { Picture } from './model.js';
import { fieldOf, joined, type MachineState, translations, type WordState } from './state.js';

interface Row {
  readonly group: string;
  readonly name: string;
  readonly note: string;
  readonly value: string;
  /** What it is compared with: the value before the step, or the entry in memory. */
  readonly other: string;
  readonly text: string;
  /** Bits that differ are marked as changed by the step, or as not what memory says. */
  readonly mark: 'changed' | 'differs';
  readonly touched: boolean;
  /** In place of bits: a copy of nothing, or an entry that no hardware translates through. */
  readonly words: string | null;
}

const isHex = (value: unknown): value is string => typeof value === 'string' && value.startsWith('0x');
const isNone = (value: string): boolean => BigInt(value) === 0n;

/** An entry that is not present has no fields of the hardware; what it says stands in words. */
function wordsOf(trace: Trace, value: string): string | null {
  const said = trace.words[value];
  return said === undefined || said.live || said.pfn !== undefined ? null : said.text;
}

/** Rows of memory; halves of an entry are put together. */
function memoryRows(trace: Trace, words: readonly WordState[]): Row[] {
  const entries = words.filter(({ cell }) => cell.role.is === 'entry');
  return entries.flatMap((word): Row[] => {
    const { role } = word.cell;
    if (role.is !== 'entry' || !isHex(word.value) || !isHex(word.before)) return [];
    const name = `${role.table}[${role.index}]`;
    const base = { group: 'In memory', name, note: '', mark: 'changed', touched: word.touched } as const;
    if (role.half === undefined) {
      const { value, before: other, text } = word;
      return [{ ...base, value, other, text, words: wordsOf(trace, value) }];
    }
    if (role.half === 'high') return [];
    const high = entries.find(({ cell: { role: r } }) => {
      return r.is === 'entry' && r.table === role.table && r.index === role.index && r.half === 'high';
    });
    if (high === undefined || !isHex(high.value) || !isHex(high.before)) return [];
    const [value, other] = [joined(word.value, high.value), joined(word.before, high.before)];
    const text = trace.words[value]?.text ?? value;
    const touched = word.touched || high.touched;
    return [{ ...base, value, other, text, touched, words: isNone(value) ? 'none' : wordsOf(trace, value) }];
  });
}

/** Where a copy of an entry is kept; empty for words that are none. */
function keeperOf({ cell: { role } }: WordState): readonly [string, string] | null {
  switch (role.is) {
    case 'tlb':
      return [`TLB of CPU${role.cpu}`, `${role.table}[${role.index}]`];
    case 'device-tlb':
      return [`TLB of ${role.device}`, `${role.table}[${role.index}]`];
    case 'device-entry':
      return [`Page table of ${role.device}`, `${role.table}[${role.index}]`];
    default:
      return null;
  }
}

/** A TLB may hold several translations of one page: a row for each. */
function copyRows(trace: Trace, words: readonly WordState[]): Row[] {
  return words.flatMap((word): Row[] => {
    const keeper = keeperOf(word);
    if (keeper === null || !isHex(word.value) || !isHex(word.before)) return [];
    const [group, name] = keeper;
    const [held, before] = [translations(word.value), translations(word.before)];
    return held.map((value, i) => {
      const other = before.includes(value) ? value : (before[0] ?? value);
      const note = held.length === 1 ? '' : `${i + 1} of ${held.length}`;
      const text = trace.words[value]?.text ?? word.text;
      const empty = isNone(value) ? (isNone(other) ? 'empty' : 'dropped') : null;
      return { group, name, note, value, other, text, mark: 'changed', touched: word.touched, words: empty };
    });
  });
}

/** What a kernel thread read of an entry last, where memory says something else by now. */
function heldRows(picture: Picture, state: MachineState, memory: readonly Row[]): Row[] {
  return state.held.flatMap(({ agent, cell, step, value }): Row[] => {
    const lane = picture.lanes.find((l) => l.agent === agent);
    const now = memory.find(({ name }) => name === cell);
    if (now === undefined || lane === undefined || !isHex(value) || now.value === value) return [];
    const text = picture.trace.words[value]?.text ?? value;
    const group = `Read by ${lane.where} ${lane.name}, not read again`;
    const note = `step ${step + 1}`;
    return [
      {
        group,
        name: cell,
        note,
        value,
        other: now.value,
        text,
        mark: 'differs',
        touched: false,
        words: wordsOf(picture.trace, value),
      },
    ];
  });
}

const bitsOf = (value: bigint, width: number, name: string): string => {
  if (width === 1) return String(value);
  return width > 6 || name === 'address' ? `0x${value.toString(16)}` : value.toString(2).padStart(width, '0');
};

function FieldCell({ row, field }: { readonly row: Row; readonly field: TraceField }) {
  const value = fieldOf(row.value, field.lo, field.hi);
  const differs = value !== fieldOf(row.other, field.lo, field.hi);
  // A TLB that was empty is filled, not changed.
  const filled = row.mark === 'changed' && differs && isNone(row.other);
  const width = field.hi - field.lo + 1;
  const name = differs ? (row.mark === 'differs' ? 'diff' : filled ? 'fill' : 'chg') : '';
  const text = bitsOf(value, width, field.name);
  return (
    <td
      class={`${name}${value !== 0n ? ' one' : ''}${width > 1 ? ' ad' : ''}`}
      title={`${field.name} ${text}: ${field.means}`}
    >
      {text}
      {differs && row.mark === 'changed' && !filled ? <span class="sr"> changed</span> : null}
      {name === 'diff' ? <span class="sr"> differs from memory</span> : null}
    </td>
  );
}

export function Bits({
  picture,
  state,
  tone,
}: {
  readonly picture: Picture;
  readonly state: MachineState;
  readonly tone: Tone | 'bad';
}) {
  const memory = memoryRows(picture.trace, state.words);
  const rows = [...memory, ...copyRows(picture.trace, state.words), ...heldRows(picture, state, memory)];
  const fields = [...picture.trace.layout].sort((a, b) => b.lo - a.lo);
  if (rows.length === 0) return null;
  // Fields that say nothing in this trace would only make the table wide.
  const told = fields.filter(({ lo, hi, software }) =>
    software === true || hi - lo > 3
      ? rows.some(({ value, words }) => words === null && fieldOf(value, lo, hi) !== 0n)
      : true,
  );
  const groups = [...new Set(rows.map(({ group }) => group))];
  return (
    <div class="bits" data-k={tone} tabIndex={0} role="region" aria-label="Entries, bit by bit">
      <table>
        <thead>
          <tr>
            <th scope="col">
              <span class="sr">entry</span>
            </th>
            {told.map((field) => (
              <th key={field.name} scope="col" class={field.software ? 'sw' : ''} title={field.means}>
                <span class="v">{field.name}</span>
                <span class="bn">{field.lo === field.hi ? field.lo : `${field.hi}:${field.lo}`}</span>
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group}>
            <tr class="grp">
              <th colSpan={told.length + 1} scope="rowgroup">
                {group}
              </th>
            </tr>
            {rows
              .filter((row) => row.group === group)
              .map((row) => (
                <tr key={`${row.name} ${row.note}`} class={row.touched ? 'touch' : ''} title={row.text}>
                  <th scope="row">
                    {row.name} {row.note === '' ? null : <small>{row.note}</small>}
                  </th>
                  {row.words !== null ? (
                    <td
                      class={`none${row.value === row.other ? '' : row.mark === 'differs' ? ' diff' : ' chg'}`}
                      colSpan={told.length}
                    >
                      {row.words}
                    </td>
                  ) : (
                    told.map((field) => <FieldCell key={field.name} row={row} field={field} />)
                  )}
                </tr>
              ))}
          </tbody>
        ))}
      </table>
    </div>
  );
}
