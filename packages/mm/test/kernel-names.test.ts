import { HUGE_PTE_OPS, PMD_OPS, PTE_OPS } from '@racewalk/core';
import { Machine } from '@racewalk/machine';
import { KERNEL } from '@racewalk/mm';
import { expect, it } from 'vitest';

it('no function of the kernel has the name of a method of the machine or of an operation', () => {
  const methods = [...Object.getOwnPropertyNames(Machine.prototype), ...PTE_OPS, ...PMD_OPS, ...HUGE_PTE_OPS];
  expect(methods).toContain('pteOffsetMapLock');
  expect(Object.keys(KERNEL).filter((name) => methods.includes(name))).toEqual([]);
});
