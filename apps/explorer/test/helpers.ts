/** What tests of the page do with it. */
import axe from 'axe-core';
import type { Page } from 'playwright-core';

/** Faults that axe finds. */
export async function accessibility(page: Page): Promise<string[]> {
  // The policy of the page forbids inline scripts; the debugger may run them all the same.
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'],
    }),
  );
  return violations.map(
    ({ id, nodes }) =>
      `${id}: ${nodes
        .slice(0, 3)
        .map((node) => node.html.slice(0, 160))
        .join(' | ')}`,
  );
}

/** Put another text into the editor, with keys. */
export async function type(page: Page, text: string, editor = 'Race in C'): Promise<void> {
  await page.getByRole('textbox', { name: editor }).click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/** Drop a file on the page. */
export async function drop(page: Page, name: string, content: string | readonly number[]): Promise<void> {
  await page.evaluate(
    ({ name: file, content: bytes }) => {
      const dataTransfer = new DataTransfer();
      const part = typeof bytes === 'string' ? bytes : new Uint8Array(bytes);
      dataTransfer.items.add(new File([part], file));
      dispatchEvent(new DragEvent('drop', { dataTransfer, cancelable: true }));
    },
    { name, content: typeof content === 'string' ? content : [...content] },
  );
}
