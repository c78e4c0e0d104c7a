/**
 * For TypeDoc: links of a guide to folders of the repository, and what else it left as it was, lead to the checkout that holds
 * docs/api, as links to sources do. TypeDoc itself copies files.
 */
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { PageEvent } from 'typedoc';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Where guides stand; their links are relative to it. */
const FROM = ['docs', 'docs/decisions', 'docs/reading-beside-linux', '.', 'apps/explorer'];

/** @param {string} link @returns {string | null} what it leads to, from the root */
function inCheckout(link) {
  for (const from of FROM) {
    const at = path.join(ROOT, from, link);
    if (at.startsWith(ROOT) && fs.existsSync(at)) return path.relative(ROOT, at);
  }
  return null;
}

/** @param {string} file */
const isFolder = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

/** @param {import('typedoc').Application} app */
export function load(app) {
  const register = app.files.register.bind(app.files);
  // What is registered is copied beside the site; a folder cannot be.
  app.files.register = (source, link) =>
    isFolder(path.resolve(path.dirname(source), link.replace(/#.*/, '')))
      ? undefined
      : register(source, link);
  app.renderer.on(PageEvent.END, (/** @type {PageEvent} */ page) => {
    const up = path.relative(path.dirname(page.filename), ROOT);
    page.contents = page.contents?.replace(/href="([^"#:]+)"/g, (all, link) => {
      if (fs.existsSync(path.resolve(path.dirname(page.filename), link))) return all;
      const there = /\.html$/.test(link) ? null : inCheckout(link);
      return there === null ? all : `href="${path.join(up, there)}"`;
    });
  });
}
