import { project } from '../vitest.shared.js';

export default project('tools', ['test/**/*.test.ts', 'bench/**/*.test.ts']);
