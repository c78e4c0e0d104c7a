export * from './step/index.js';
