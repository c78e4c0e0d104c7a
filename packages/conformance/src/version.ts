import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { readonly version: string };

/** Version of this package, as it stands in reports and traces. */
export const VERSION: string = manifest.version;
