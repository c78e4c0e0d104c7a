import fs from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');

/** Targets of links and pictures, without those that leave the repository or stay on the page. */
function targets(markdown: string): string[] {
  const prose = markdown.replace(/```[\s\S]*?```/g, '').replace(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)(?:\s+"[^"]*")?\)/g)].map((match) => match[1] ?? '');
  return links.filter((link) => !/^(?:[a-z]+:|#)/.test(link)).map((link) => link.replace(/#.*$/, ''));
}

function markdownFiles(dir: string): string[] {
  return fs.readdirSync(path.join(root, dir), { withFileTypes: true }).flatMap((entry) => {
    const file = path.posix.join(dir, entry.name);
    if (!entry.isDirectory()) return file.endsWith('.md') ? [file] : [];
    return /(?:^|\/)(?:\.git|\.nx|node_modules|dist|docs\/api)$/.test(file) ? [] : markdownFiles(file);
  });
}

it('every relative link in the documents leads to a file', () => {
  const files = markdownFiles('.');
  const dead = files.flatMap((file) =>
    targets(fs.readFileSync(path.join(root, file), 'utf8'))
      .filter((target) => !fs.existsSync(path.join(root, path.dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});
