/**
 * The house plan: which room stands on which floor, and who may use whom.
 *
 * A package names its room in its package.json: `"nx": { "tags": ["room:arch"] }`.
 */

/** @typedef {'core' | 'trace' | 'engine' | 'arch' | 'feature' | 'hall' | 'wiring' | 'fleet' | 'app' | 'tools'} Room */
/** @typedef {{ rule: string, why: string }} Objection */

/**
 * Lowest first. Rooms on one line are neighbours.
 *
 * @type {readonly { name: string, rooms: readonly Room[] }[]}
 */
const FLOORS = [
  { name: 'cellar', rooms: ['core'] },
  { name: 'ground floor', rooms: ['trace'] },
  { name: '1st floor', rooms: ['engine', 'arch', 'feature'] },
  { name: '2nd floor', rooms: ['hall'] },
  { name: '3rd floor', rooms: ['wiring', 'fleet'] },
  { name: 'roof', rooms: ['app'] },
];

/** Packages from outside that only one room may know. @type {ReadonlyMap<string, Room>} */
const KEPT_IN = new Map([
  ['tsyringe', 'wiring'],
  ['reflect-metadata', 'wiring'],
  ['bullmq', 'fleet'],
  ['ioredis', 'fleet'],
]);

/** @param {Room} room */
const floorOf = (room) => FLOORS.findIndex((floor) => floor.rooms.includes(room));

/** @param {Room} room */
const isPlugin = (room) => room === 'arch' || room === 'feature';

/**
 * @param {string} tag the part of an nx tag behind `room:`
 * @returns {tag is Room}
 */
export function isRoom(tag) {
  return (
    tag === 'tools' || FLOORS.some((floor) => /** @type {readonly string[]} */ (floor.rooms).includes(tag))
  );
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
  if (isPlugin(from)) {
    if (to === 'core' || (to === 'hall' && inTests)) return null;
    return { rule: 'core-only', why: 'arch-* and feature-* use core only (their tests also conformance)' };
  }
  if (isPlugin(to) && (from === 'hall' || from === 'wiring' || from === 'fleet')) {
    return {
      rule: 'handed-in',
      why: 'conformance, wiring and fleet never import an arch or a feature: they are handed in',
    };
  }
  const below = floorOf(to);
  const own = floorOf(from);
  if (below < own) return null;
  const place = FLOORS[own]?.name;
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
  if (from === 'core') return { rule: 'core-only', why: 'core imports nothing' };
  if (isPlugin(from)) return { rule: 'core-only', why: 'arch-* and feature-* use core only' };
  const owner = KEPT_IN.get(name);
  if (owner && owner !== from) return { rule: 'kept-in', why: `only ${owner} knows ${name}` };
  return null;
}
