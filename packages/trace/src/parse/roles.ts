import type { TableLevel, WordRole } from '@racewalk/core/step';
import * as c from './check.js';

type Is = WordRole['is'];
type Role<K extends Is> = Extract<WordRole, { readonly is: K }>;

const LEVELS: readonly TableLevel[] = ['pte', 'pmd', 'pud'];

/** A role of which only the name is to be checked. */
const bare = <K extends Is>(is: K) => c.object<{ readonly is: K }>({ is: c.oneOf([is]) });

const shapes: { readonly [K in Is]: c.Check<Role<K>> } = {
  entry: c.object<Role<'entry'>>({
    is: c.oneOf(['entry']),
    table: c.name,
    index: c.count,
    level: c.oneOf(LEVELS),
    half: c.optional(c.oneOf(['low', 'high'])),
  }),
  tlb: c.object<Role<'tlb'>>({
    is: c.oneOf(['tlb']),
    cpu: c.count,
    table: c.name,
    index: c.count,
    block: c.optional(c.count),
  }),
  'device-tlb': c.object<Role<'device-tlb'>>({
    is: c.oneOf(['device-tlb']),
    device: c.name,
    table: c.name,
    index: c.count,
  }),
  'device-entry': c.object<Role<'device-entry'>>({
    is: c.oneOf(['device-entry']),
    device: c.name,
    table: c.name,
    index: c.count,
  }),
  'walk-cache': c.object<Role<'walk-cache'>>({ is: c.oneOf(['walk-cache']), cpu: c.count, table: c.name }),
  table: c.object<Role<'table'>>({ is: c.oneOf(['table']), table: c.name }),
  'frame-flags': c.object<Role<'frame-flags'>>({ is: c.oneOf(['frame-flags']), pfn: c.count }),
  'frame-data': c.object<Role<'frame-data'>>({ is: c.oneOf(['frame-data']), pfn: c.count }),
  'folio-flags': c.object<Role<'folio-flags'>>({ is: c.oneOf(['folio-flags']), folio: c.name }),
  refcount: c.object<Role<'refcount'>>({ is: c.oneOf(['refcount']), folio: c.name }),
  mapcount: c.object<Role<'mapcount'>>({ is: c.oneOf(['mapcount']), folio: c.name }),
  lock: bare('lock'),
  counter: bare('counter'),
  cpu: c.object<Role<'cpu'>>({ is: c.oneOf(['cpu']), cpu: c.count }),
  ghost: bare('ghost'),
  word: bare('word'),
};

const named = c.object<{ readonly is: Is }>({ is: c.oneOf(Object.keys(shapes) as Is[]) });

/** What a word is. */
export const role: c.Check<WordRole> = (value, at) => shapes[named(value, at).is](value, at);
