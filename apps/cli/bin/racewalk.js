#!/usr/bin/env node
import { entry } from './choose.js';

await import(entry(process.argv.slice(2)));
