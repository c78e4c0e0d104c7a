export { x86_64, x86Pae } from './plugin.js';
