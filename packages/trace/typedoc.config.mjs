import { packageOptions } from '../../tools/docs/package-options.mjs';

export default await packageOptions(import.meta.url);
