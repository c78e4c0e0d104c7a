import { PTE_OPS } from '@racewalk/core';
import { exchangeToy } from '@racewalk/toys';
import { expect, it } from 'vitest';
import { pteBodies } from '../src/index.js';

it('says which operations a plug-in overrides', () => {
  expect(pteBodies(exchangeToy()).own).toEqual(['ptepGetAndClear']);
  const { ops: _ops, ...generic } = exchangeToy();
  expect(pteBodies(generic as ReturnType<typeof exchangeToy>)).toMatchObject({ own: [], generic: PTE_OPS });
});
