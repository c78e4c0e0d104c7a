import { execFileSync } from 'node:child_process';
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

it('every relative link in the documents leads to a file', () => {
  const git = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' });
  const files = git.split('\n').filter((file) => file !== '' && fs.existsSync(path.join(root, file)));
  const dead = files.flatMap((file) =>
    targets(fs.readFileSync(path.join(root, file), 'utf8'))
      .filter((target) => !fs.existsSync(path.join(root, path.dirname(file), target)))
      .map((target) => `${file}: ${target}`),
  );
  expect(dead).toEqual([]);
});
