/** Names of things to generate: checked before anything is written. */
import ts from 'typescript';

/**
 * A mistake of the caller, with a stable code and what to do about it.
 *
 * @param {string} code
 * @param {string} message
 * @param {string} hint
 */
export function mistake(code, message, hint) {
  return new Error(`${code}: ${message}\nhint: ${hint}`);
}

/** `read-modify-write` becomes `readModifyWrite`, `x86-64` `x86_64`. @param {string} name */
export function camelCase(name) {
  const [first = '', ...rest] = name.split('-');
  return (
    first +
    rest.map((part) => (/^\d/.test(part) ? `_${part}` : part[0]?.toUpperCase() + part.slice(1))).join('')
  );
}

/** `read-modify-write` becomes `Read modify write`. @param {string} name */
export function words(name) {
  return name[0]?.toUpperCase() + name.slice(1).replaceAll('-', ' ');
}

/**
 * An identifier that stands for `name` in code.
 *
 * @param {string} name
 * @param {string} suffix for names that are words of the language
 */
export function identifierOf(name, suffix) {
  const camel = camelCase(name);
  const kind = ts.identifierToKeywordKind(ts.factory.createIdentifier(camel));
  return kind === undefined ? camel : camel + suffix;
}

/**
 * Throws `RACEWALK_BAD_NAME` unless `name` can be a part of a package name, a file name and an id.
 *
 * @param {string} name
 * @param {string} what for instance `a race`
 * @param {string} prefix what the generator puts in front of it
 */
export function checkName(name, what, prefix = '') {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name)) {
    throw mistake(
      'RACEWALK_BAD_NAME',
      `${JSON.stringify(name)} is no name for ${what}`,
      'lower-case letters and digits with single hyphens between them, a letter first: for instance my-arch',
    );
  }
  if (prefix !== '' && name.startsWith(prefix)) {
    throw mistake(
      'RACEWALK_BAD_NAME',
      `${name} would become ${prefix}${name}`,
      `leave ${prefix} out: ${name.slice(prefix.length)}`,
    );
  }
}

/**
 * Throws `RACEWALK_BAD_NAME` unless `text` can stand in a comment and in a table.
 *
 * @param {string} text
 * @param {string} what
 */
export function checkLine(text, what) {
  if (text.trim() !== '' && !/[\n\r|]|\*\//.test(text)) return;
  throw mistake(
    'RACEWALK_BAD_NAME',
    `${JSON.stringify(text)} is no ${what}`,
    'one line of text, without | and without the end of a comment',
  );
}
