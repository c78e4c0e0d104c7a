/**
 * The replay token: everything needed to run one schedule again, as one word that survives mail, shells
 * and URLs.
 *
 * `rw1:` + base64url of: version byte · scenario · arch · variant · memory byte · parameters ·
 * fingerprint · path · CRC-32 of all before it (little-endian).
 */
import { RacewalkError } from '@racewalk/core/step';
import { TRACE_MEMORIES, type TraceMemory, type TraceParams } from '../schema.js';
import { fromBase64url, toBase64url } from './base64url.js';
import { ByteReader, ByteWriter } from './bytes.js';
import { crc32 } from './crc32.js';
import { readParams, writeParams } from './params.js';
import { isPathEntry, MAX_PATH, readPath, writePath } from './path.js';

/** What a token stands for. */
export interface TokenData {
  /** Id of the scenario. */
  readonly scenario: string;
  /** Id of the plug-in. */
  readonly arch: string;
  /** `upstream`, `mutant:NAME`, … */
  readonly variant: string;
  readonly memory: TraceMemory;
  readonly params: TraceParams;
  /**
   * The schedule: a thread number (0 … 2^30-1) per step, and `~c` (that is, -1-c) where alternative c of a
   * choice was taken. At most a million entries.
   */
  readonly path: readonly number[];
  /** Short hash of the program's structure, to tell when the code has changed since. */
  readonly fingerprint: string;
}

const PREFIX = 'rw1:';
const VERSION = 2;
const EXPECTED = 'rw1: followed by letters, digits, - and _';
const COPY_HINT = 'copy the whole token, as one word, from the replay line of the report';

function wellFormed(text: string): boolean {
  return (
    typeof text === 'string' &&
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(text)) === text
  );
}

function badInput(message: string, expected: string): RacewalkError {
  return new RacewalkError('RACEWALK_TOKEN_INPUT', message, {
    expected,
    hint: 'store a trace file instead of a token',
  });
}

function checkInput(data: TokenData): void {
  const texts = [data.scenario, data.arch, data.variant, data.fingerprint, ...Object.keys(data.params)];
  for (const value of [...texts, ...Object.values(data.params).filter((v) => typeof v === 'string')]) {
    if (!wellFormed(value)) throw badInput('a text for the token is not well-formed', 'well-formed Unicode');
  }
  if (!TRACE_MEMORIES.includes(data.memory)) {
    throw badInput(`unknown memory model ${String(data.memory)}`, `one of ${TRACE_MEMORIES.join(', ')}`);
  }
  if (data.path.length > MAX_PATH) {
    throw badInput(`the schedule has ${data.path.length} entries`, `at most ${MAX_PATH}`);
  }
  const wrong = data.path.findIndex((entry) => !isPathEntry(entry));
  if (wrong >= 0) {
    throw badInput(`path[${wrong}] is ${data.path[wrong]}`, 'a thread number >= 0, or ~c for a choice');
  }
}

/**
 * Packs a schedule into a token.
 *
 * @throws RacewalkError `RACEWALK_TOKEN_INPUT` if a number or text cannot be represented
 */
export function encodeToken(data: TokenData): string {
  checkInput(data);
  const out = new ByteWriter();
  out.byte(VERSION);
  out.text(data.scenario);
  out.text(data.arch);
  out.text(data.variant);
  out.byte(TRACE_MEMORIES.indexOf(data.memory));
  writeParams(out, data.params);
  out.text(data.fingerprint);
  writePath(out, data.path);
  const sum = crc32(out.finish());
  for (let shift = 0; shift < 32; shift += 8) out.byte(sum >>> shift);
  return PREFIX + toBase64url(out.finish());
}

/** The bytes of a token without their checksum. */
function openToken(token: string): Uint8Array {
  const other = /^rw(\d+):/.exec(token);
  if (other && token.slice(0, PREFIX.length) !== PREFIX) throw otherVersion(other[1]!);
  const bytes = token.startsWith(PREFIX) ? fromBase64url(token.slice(PREFIX.length)) : null;
  if (!bytes || bytes.length < 5) {
    const shown = token.length > 24 ? `${token.slice(0, 24)}…` : token;
    throw new RacewalkError('RACEWALK_TOKEN_SYNTAX', `not a replay token: ${JSON.stringify(shown)}`, {
      expected: EXPECTED,
      hint: COPY_HINT,
    });
  }
  const data = bytes.subarray(0, -4);
  const sum = bytes.slice(-4).reduceRight((value, byte) => value * 256 + byte, 0);
  if (crc32(data) !== sum) {
    throw new RacewalkError('RACEWALK_TOKEN_CHECKSUM', 'damaged token: its checksum does not match', {
      expected: `a checksum of ${hex(crc32(data))}, found ${hex(sum)}`,
      hint: COPY_HINT,
    });
  }
  return data;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}

function otherVersion(found: string | number): RacewalkError {
  return new RacewalkError('RACEWALK_TOKEN_VERSION', `token of version ${found}`, {
    expected: `version ${VERSION}`,
    hint: 'use the version of racewalk that printed it, or make a new token: racewalk explain TEST --arch ARCH',
  });
}

/**
 * Unpacks a token. What the names in it mean, and whether the fingerprint still fits, is for the caller to
 * check.
 *
 * @throws RacewalkError `RACEWALK_TOKEN_SYNTAX`, `RACEWALK_TOKEN_CHECKSUM` or `RACEWALK_TOKEN_VERSION`
 */
export function decodeToken(token: string): TokenData {
  const from = new ByteReader(openToken(token.trim()));
  const version = from.byte();
  if (version !== VERSION) throw otherVersion(version);
  try {
    return readBody(from);
  } catch (error) {
    const why = error instanceof RangeError ? error.message : 'a text in it is not UTF-8';
    throw new RacewalkError('RACEWALK_TOKEN_SYNTAX', `malformed token: ${why}`, {
      expected: EXPECTED,
      hint: COPY_HINT,
    });
  }
}

function readBody(from: ByteReader): TokenData {
  const scenario = from.text();
  const arch = from.text();
  const variant = from.text();
  const memory = TRACE_MEMORIES[from.byte()];
  if (memory === undefined) throw new RangeError('its memory model is unknown');
  const params = readParams(from);
  const fingerprint = from.text();
  const path = readPath(from);
  if (!from.done) throw new RangeError('something follows its schedule');
  return { scenario, arch, variant, memory, params, path, fingerprint };
}
