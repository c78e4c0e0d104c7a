import { packageOptions } from '../../tools/docs/package-options.mjs';

/** The types of tasks are exported; the tables they are made from are the queue's own business. */
const TABLES = [
  'answer',
  'describeAnswer',
  'describeTask',
  'finished',
  'judgeAnswer',
  'judgeTask',
  'pieceTask',
  'sliceTask',
  'unfinished',
];

export default {
  ...packageOptions(import.meta.url),
  intentionallyNotExported: TABLES.map((name) => `crew/schema.ts:${name}`),
};
