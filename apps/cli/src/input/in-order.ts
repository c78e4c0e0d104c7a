/** All plug-ins in the order that `--memory` asks for. */
import type { MemoryModelName } from '@racewalk/core/step';
import { withMemory } from '@racewalk/machine';
import type { Command } from 'commander';
import { type Context, withParts } from '../context.js';
import { memory } from './options.js';

/** The context whose architectures have this memory order; without one, each keeps its own. */
export function inOrder(context: Context, order: MemoryModelName | undefined): Context {
  if (order === undefined) return context;
  const { archs, scenarios } = context.bench.registry;
  return withParts(context, { archs: archs.map((arch) => withMemory(arch, order)), scenarios });
}

/** `--memory`, for a command that plans cells. */
export const memoryOption = (command: Command): Command =>
  command.option('--memory <model>', 'sc, tso or weak; default: that of each architecture', memory);
