/**
 * The example architectures of core under the name of the suite, for testing races without a real one.
 *
 * @packageDocumentation
 */
export {
  ACCESS_DIRTY,
  addingToy,
  blockToy,
  FlatOps,
  faultingToy,
  flatSpec,
  flatToy,
  lateDirty,
  lateDirtyTorn,
  plainValues,
  ToyOps,
  toyArch,
  toyLayout,
  toyPlain,
  toySoft,
  toyValues,
  toyWalker,
  trackingSpec,
  trackingToy,
} from '@racewalk/toys';
