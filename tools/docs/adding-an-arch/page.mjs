/**
 * The blocks of docs/adding-an-arch.md that can be checked: files to write, and commands with what they print.
 *
 *     ```ts file=PATH          the whole file, as it stands in the repository
 *     ```ts file=PATH stage    the same file, as it is on the way there
 *     ```console               `$ command` lines, each followed by what it prints
 */

/** @typedef {{ kind: 'file', path: string, stage: boolean, text: string }} FileBlock */
/** @typedef {{ command: string, output: string }} Command */
/** @typedef {{ kind: 'console', commands: Command[] }} ConsoleBlock */
/** @typedef {{ kind: 'prose', text: string }} Prose */
/** @typedef {(FileBlock | ConsoleBlock | Prose) & { fence?: string }} Part */

/** @param {readonly string[]} lines @returns {Command[]} */
function commandsIn(lines) {
  /** @type {{ command: string[], output: string[] }[]} */
  const found = [];
  for (const line of lines) {
    const last = found.at(-1);
    if (line.startsWith('$ ')) found.push({ command: [line.slice(2)], output: [] });
    else if (last === undefined) throw new Error(`output without a command: ${line}`);
    else if (last.output.length === 0 && last.command.at(-1)?.endsWith('\\')) last.command.push(line);
    else last.output.push(line);
  }
  return found.map(({ command, output }) => ({ command: command.join('\n'), output: output.join('\n') }));
}

/**
 * @param {string} fence the line that opens the block
 * @param {readonly string[]} lines
 * @returns {Part}
 */
function blockOf(fence, lines) {
  const info = fence.replace(/^`+/, '');
  const file = /^\w+ file=(\S+)( stage)?$/.exec(info);
  if (file !== null) {
    const [, path = '', stage] = file;
    return { kind: 'file', path, stage: stage !== undefined, text: `${lines.join('\n')}\n`, fence };
  }
  if (info === 'console') return { kind: 'console', commands: commandsIn(lines), fence };
  return { kind: 'prose', text: [fence, ...lines, closing(fence)].join('\n') };
}

/** @param {string} fence */
const closing = (fence) => /^`+/.exec(fence)?.[0] ?? '```';

/**
 * The page in parts. `pageText` of them is the page again.
 *
 * @param {string} page
 * @returns {Part[]}
 */
export function partsOf(page) {
  /** @type {Part[]} */
  const parts = [];
  /** @type {string[]} */
  let lines = [];
  /** @type {string | null} */
  let fence = null;
  for (const line of page.split('\n')) {
    if (fence === null && line.startsWith('```')) {
      parts.push({ kind: 'prose', text: lines.join('\n') });
      [fence, lines] = [line, []];
    } else if (fence !== null && line === closing(fence)) {
      parts.push(blockOf(fence, lines));
      [fence, lines] = [null, []];
    } else lines.push(line);
  }
  if (fence !== null) throw new Error(`a block is not closed: ${fence}`);
  parts.push({ kind: 'prose', text: lines.join('\n') });
  return parts;
}

/** @param {Part} part */
function partText(part) {
  if (part.kind === 'prose') return part.text;
  const { fence = '```' } = part;
  const body =
    part.kind === 'file'
      ? part.text
      : part.commands.map((c) => `$ ${c.command}\n${c.output === '' ? '' : `${c.output}\n`}`).join('');
  return `${fence}\n${body}${closing(fence)}`;
}

/** @param {readonly Part[]} parts */
export const pageText = (parts) => parts.map(partText).join('\n');

/** What is not the same twice: how long something took. @param {string} output */
export const normal = (output) => output.replace(/\b\d+(?:\.\d+)? ?m?s\b/g, 'N ms').trimEnd();
