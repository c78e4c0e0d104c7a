import { packageOptions } from '../../tools/docs/package-options.mjs';

export default packageOptions(import.meta.url);
