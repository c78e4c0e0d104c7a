#!/usr/bin/env node
import { entry, isBuilt } from './choose.js';

if (isBuilt()) {
  await import(entry(process.argv.slice(2)));
} else {
  process.stderr.write(
    'error RACEWALK_FILE: this checkout is not built\nhint: npm run build, in the root of the checkout\n',
  );
  process.exitCode = 2;
}
