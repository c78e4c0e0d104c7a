/** Small architectures: hardware keeps the flags, the fault handler does, or the kernel tracks soft-dirty. */

export { addingToy as toy, faultingToy as flat, trackingToy as tracking } from '@racewalk/toys';
