import type { ArchInfo } from '../data/matrix.js';
import type { Route } from '../route.js';
export function Playground(_: { readonly route: Route; readonly archs: readonly ArchInfo[] }) {
  return null;
}
