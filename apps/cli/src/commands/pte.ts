/** `racewalk pte`: real entries, to read and to make. */
import { type EntryFacts, makeEntry } from '@racewalk/conformance';
import { type ArchPlugin, type PteWord, pteFromBigInt } from '@racewalk/core';
import type { Command } from 'commander';
import type { Context } from '../context.js';
import { usageError } from '../errors.js';
import { withArch } from '../input/archs.js';
import { decodedPte } from '../render/pte.js';
import { ARCH } from './conformance.js';

/** A 64-bit value in decimal or, with 0x, in hexadecimal; `_` may separate digits. */
function word(text: string): PteWord {
  const digits = text.replaceAll('_', '');
  if (!/^(0x[0-9a-f]+|\d+)$/i.test(digits)) {
    throw usageError(`not a 64-bit value: ${JSON.stringify(text)}`, 'for instance 0x68000040000f43');
  }
  const value = BigInt(digits);
  if (value >> 64n !== 0n) throw usageError(`${text} has more than 64 bits`, 'at most 0xffffffffffffffff');
  return pteFromBigInt(value);
}

/** A number that fits the field `lo` … `hi` of a layout. */
function fitting(name: string, text: string, [lo, hi]: readonly [number, number]): number {
  const value = /^(0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : Number.NaN;
  const limit = 2 ** (hi - lo + 1);
  if (Number.isSafeInteger(value) && value < limit) return value;
  throw usageError(
    `${name} ${JSON.stringify(text)} does not fit`,
    `0 to 2^${hi - lo + 1} - 1, decimal or 0x…`,
  );
}

interface EncodeOptions extends Partial<Omit<EntryFacts, 'wrprotected'>> {
  readonly arch: string;
  readonly pfn?: string;
  readonly swap?: string;
  readonly readOnly?: boolean;
}

function refuse(arch: ArchPlugin, options: EncodeOptions): void {
  const { cont, softDirty, uffdWp } = options;
  for (const [flag, capability, name] of [
    [cont, 'contPte', '--cont'],
    [softDirty, 'softDirty', '--soft-dirty'],
    [uffdWp, 'uffdWp', '--uffd-wp'],
  ] as const) {
    if (flag && !arch.has(capability)) {
      throw usageError(`${arch.id} has no ${capability}, so ${name} means nothing there`, 'leave it out');
    }
  }
}

function encode(arch: ArchPlugin, options: EncodeOptions): PteWord {
  const { layout, swap } = arch;
  if (options.swap !== undefined) {
    if (options.pfn !== undefined)
      throw usageError('--swap and --pfn exclude each other', 'give one of them');
    const [type = '', offset = ''] = options.swap.split(':');
    return swap.swpEntryToPte({
      type: fitting('swap type', type, layout.swap.type),
      offset: fitting('swap offset', offset, layout.swap.offset),
    });
  }
  refuse(arch, options);
  const pfn = fitting('--pfn', options.pfn ?? '0x40', layout.pfn);
  const { readOnly, arch: _, pfn: __, swap: ___, ...facts } = options;
  return makeEntry(arch, pfn, { ...facts, ...(readOnly && options.dirty ? { wrprotected: true } : {}) });
}

export function pteCommand(program: Command, context: Context): void {
  const pte = program
    .command('pte')
    .summary('decode and encode entries')
    .description('Real page-table entries.');
  const print = (arch: ArchPlugin, value: PteWord) => context.io.out(decodedPte(arch, value, context.width));
  const plugin = async (name: string) => {
    const { context: own, id } = await withArch(context, name);
    return own.bench.registry.arch(id);
  };
  pte
    .command('decode')
    .description('Prints an entry bit by bit.')
    .argument('<value>', 'the entry, in decimal or with 0x', word)
    .requiredOption('--arch <name>', ARCH)
    .action(async (value: PteWord, options: { arch: string }) => print(await plugin(options.arch), value));
  pte
    .command('encode')
    .description('Makes an entry and prints it bit by bit.')
    .requiredOption('--arch <name>', ARCH)
    .option('--pfn <n>', 'frame number; default 0x40')
    .option('--write', 'writable')
    .option('--read-only', 'with --dirty: dirty, and write-protected afterwards')
    .option('--dirty', 'dirty')
    .option('--young', 'young')
    .option('--exec', 'executable')
    .option('--special', 'special')
    .option('--protnone', 'mapped without any access')
    .option('--soft-dirty', 'soft-dirty')
    .option('--uffd-wp', 'userfaultfd write-protected')
    .option('--cont', 'part of a contiguous block')
    .option('--swap <type:offset>', 'a swap entry instead')
    .action(async (options: EncodeOptions) => {
      const arch = await plugin(options.arch);
      print(arch, encode(arch, options));
    });
}
