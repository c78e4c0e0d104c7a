/** Patterns for test names: `*` any run of characters, `?` any one, `,` between alternatives. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const alternatives = pattern
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .map((part) => {
      const source = part.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*+/g, '.*');
      return new RegExp(`^${source.replace(/\?/g, '.')}$`);
    });
  return (name) => alternatives.some((regex) => regex.test(name));
}
