/**
 * The house plan: which room stands on which floor, and which rooms each may use. The folders inside a room have floors
 * of their own, see shelves.mjs.
 *
 * A package names its room in its package.json: `"nx": { "tags": ["room:arch"] }`.
 */

/** @typedef {'core' | 'toys' | 'machine' | 'engine' | 'trace' | 'mm' | 'arch' | 'feature' | 'catalogue' | 'kernel-c' | 'litmus' | 'hall' | 'wiring' | 'fleet' | 'app'} HouseRoom */
/** @typedef {HouseRoom | 'tools'} Room */
/** @typedef {{ rule: string, why: string }} Objection */

/**
 * Lowest first. Rooms on one line are neighbours.
 *
 * @type {readonly { name: string, rooms: readonly HouseRoom[] }[]}
 */
const FLOORS = [
  { name: 'cellar', rooms: ['core'] },
  { name: 'ground floor', rooms: ['machine', 'engine', 'trace', 'toys'] },
  { name: '1st floor', rooms: ['mm'] },
  { name: '2nd floor', rooms: ['arch', 'feature', 'catalogue', 'kernel-c', 'litmus'] },
  { name: '3rd floor', rooms: ['hall'] },
  { name: '4th floor', rooms: ['wiring', 'fleet'] },
  { name: 'roof', rooms: ['app'] },
];

/** @typedef {{ src: readonly HouseRoom[], tests?: readonly HouseRoom[], says: string }} Uses */

/** @type {readonly HouseRoom[]} */
const BELOW_THE_ROOF = FLOORS.flatMap(({ rooms }) => rooms.filter((room) => room !== 'app'));

/**
 * What the `src` of a room may use, what its tests may use besides, and both in words.
 *
 * The tests of plug-ins use conformance: it runs them. The suite itself knows no Linux, because a race brings what it
 * needs with it; only the tests of the suite, which need a race to run, may write one with mm.
 *
 * @type {Readonly<Record<HouseRoom, Uses>>}
 */
const USES = {
  core: { src: [], says: 'core imports nothing' },
  machine: { src: ['core'], tests: ['toys'], says: 'machine uses core only (its tests also toys)' },
  toys: { src: ['core'], says: 'toys uses core only: they are plug-ins like any other' },
  engine: { src: ['core'], says: 'explorer uses core only' },
  trace: { src: ['core'], says: 'trace uses core only' },
  mm: {
    src: ['core', 'machine'],
    tests: ['toys'],
    says: 'mm uses core and machine only (its tests also toys)',
  },
  arch: {
    src: ['core'],
    tests: ['machine', 'mm', 'hall'],
    says: 'arch-* use core only (their tests also machine, mm and conformance)',
  },
  feature: {
    src: ['core', 'machine', 'mm'],
    tests: ['hall', 'toys'],
    says: 'feature-* use core, machine and mm only (their tests also conformance and toys)',
  },
  catalogue: {
    src: ['core', 'machine', 'mm'],
    tests: ['hall', 'toys'],
    says: 'catalogue uses core, machine and mm only (its tests also conformance and toys)',
  },
  'kernel-c': {
    src: ['core', 'machine', 'mm'],
    tests: ['hall'],
    says: 'kernel-c uses core, machine and mm only (its tests also conformance)',
  },
  litmus: {
    src: ['core', 'machine'],
    tests: ['hall'],
    says: 'litmus uses core and machine only (its tests also conformance)',
  },
  hall: {
    src: ['core', 'machine', 'engine', 'trace'],
    tests: ['mm', 'toys'],
    says: 'conformance uses core, machine, explorer and trace only (its tests also mm and toys)',
  },
  wiring: {
    src: ['core', 'machine', 'engine', 'trace', 'hall'],
    says: 'wiring uses core, machine, explorer, trace and conformance only',
  },
  fleet: {
    src: ['core', 'machine', 'engine', 'trace', 'hall'],
    says: 'fleet uses core, machine, explorer, trace and conformance only',
  },
  app: { src: BELOW_THE_ROOF, says: 'apps use everything below the roof' },
};

/** Rooms that hold plug-ins and races: whoever runs them is given them. @type {readonly Room[]} */
const HANDED_IN = ['arch', 'feature', 'catalogue', 'kernel-c', 'litmus'];

/**
 * Folders that may use one room more than their room may, each with its reason. One that no file needs is an error.
 *
 * @type {readonly { pkg: string, under: string, to: HouseRoom, why: string }[]}
 */
export const EXCEPTIONS = [
  {
    pkg: 'packages/arch-x86',
    under: 'src/mutants/',
    to: 'machine',
    why: 'a mutant of x86-pae stores half an entry and tells the observers itself, and they belong to the machine',
  },
  {
    pkg: 'apps/explorer',
    under: '',
    to: 'app',
    why: 'the page runs what the command knows: its list of plug-ins and races, and `racewalk serve` in its tests',
  },
];

/**
 * Rooms of which another room may use a part only, in its `src`: certain entries, and of some only certain names.
 *
 * @type {readonly { from: HouseRoom, to: HouseRoom, entries: Readonly<Record<string, readonly string[] | null>>, rule: string, why: string }[]}
 */
export const PARTS = [
  {
    from: 'engine',
    to: 'core',
    entries: { './step': null },
    rule: 'step-only',
    why: 'the explorer knows nothing of page tables: of core it uses only "./step"',
  },
  {
    from: 'trace',
    to: 'core',
    entries: {
      '.': ['RacewalkError', 'internalError'],
      './step': ['Does', 'RacewalkError', 'TableLevel', 'WordRole', 'internalError'],
    },
    rule: 'errors-only',
    why: 'trace prints for whoever knows no page tables: of core it uses only its errors, and of "./step" what a step does and what a word is for',
  },
];

/** Packages from outside that only one room may know. @type {ReadonlyMap<string, Room>} */
const KEPT_IN = new Map([
  ['tsyringe', 'wiring'],
  ['reflect-metadata', 'wiring'],
  ['bullmq', 'fleet'],
  ['ioredis', 'fleet'],
]);

/** Rooms that use nothing from outside the repository. @type {readonly Room[]} */
const NOTHING_FROM_OUTSIDE = ['core', 'machine', 'mm', 'arch', 'feature', 'catalogue'];

/** Counted from the cellar; -1 for a room without a floor. @param {Room | null} room */
export const floorOf = (room) =>
  FLOORS.findIndex((floor) => /** @type {readonly (Room | null)[]} */ (floor.rooms).includes(room));

/**
 * @param {string} tag the part of an nx tag behind `room:`
 * @returns {tag is Room}
 */
export function isRoom(tag) {
  return tag === 'tools' || Object.hasOwn(USES, tag);
}

/**
 * Why a package in room `from` may not use one in room `to`; null when it may.
 *
 * @param {Room} from
 * @param {Room} to
 * @param {boolean} inTests the import stands outside `src` and `bin`
 * @returns {Objection | null}
 */
export function objection(from, to, inTests) {
  if (from === 'tools') return null;
  if (to === 'tools') return { rule: 'tools', why: 'nobody imports tools' };
  const { src, tests = [], says } = USES[from];
  if (src.includes(to) || (inTests && tests.includes(to))) return null;
  if (HANDED_IN.includes(to) && (from === 'hall' || from === 'wiring' || from === 'fleet')) {
    const why = 'conformance, wiring and fleet never import a plug-in or a race: they are handed in';
    return { rule: 'handed-in', why };
  }
  const below = floorOf(to);
  const own = floorOf(from);
  const place = FLOORS[own]?.name;
  if (below < own) return { rule: 'uses', why: says };
  if (below === own) return { rule: 'neighbours', why: `neighbours never meet: both live on the ${place}` };
  return {
    rule: 'stairs',
    why: `stairs go down: from the ${place} there is no way up to the ${FLOORS[below]?.name}`,
  };
}

/**
 * Why `src` of a package in room `from` may not use the package `name` from outside the repository.
 *
 * @param {Room} from
 * @param {string} name package name, or `node:` and a module
 * @returns {Objection | null}
 */
export function outsideObjection(from, name) {
  if (from === 'tools') return null;
  if (NOTHING_FROM_OUTSIDE.includes(from)) return { rule: 'uses', why: USES[from].says };
  const owner = KEPT_IN.get(name);
  if (owner && owner !== from) return { rule: 'kept-in', why: `only ${owner} knows ${name}` };
  return null;
}
