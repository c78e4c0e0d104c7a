/** The address is the state: `#/matrix?family=zap`, `#/cell/TEST/ARCH/VARIANT?step=7`, `#/token/rw1:…`, `#/play?c=…`. */
import { useEffect, useState } from 'preact/hooks';

/** What the page shows. */
export interface Route {
  /** `matrix`, `cell`, `token`, `file` or `play`. */
  readonly view: string;
  /** The parts behind the view, decoded. */
  readonly parts: readonly string[];
  readonly query: URLSearchParams;
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

export function parseRoute(hash: string): Route {
  const text = hash.replace(/^#\/?/, '');
  const [path = '', query = ''] = text.split(/\?(.*)/s);
  const [view = '', ...parts] = path.split('/').map(decoded);
  return { view: view || 'matrix', parts, query: new URLSearchParams(query) };
}

/** An address of the page; `undefined` values are left out. */
export function address(
  view: string,
  parts: readonly string[] = [],
  query: Readonly<Record<string, string | number | undefined>> = {},
): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') search.set(name, String(value));
  const text = search.toString();
  const path = [view, ...parts].map((part) => encodeURIComponent(part)).join('/');
  return `#/${path}${text === '' ? '' : `?${text}`}`;
}

/** The current route; changes when the address does. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const changed = (): void => setHash(location.hash);
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return parseRoute(hash);
}

/** Change the address without a step in the history; listeners are told. */
export function replaceAddress(to: string): void {
  if (location.hash === to) return;
  history.replaceState(null, '', to);
  dispatchEvent(new Event('hashchange'));
}
