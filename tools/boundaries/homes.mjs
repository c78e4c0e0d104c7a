/**
 * The home of a kernel function is mm: a feature or the catalogue has agents, races and claims, and no function with a
 * `@kernel` name but those of this list. Each says why it is not in mm. Words and structures are not functions.
 */
import ts from 'typescript';
import { kernelNamesIn, tagsOf } from './doubles.mjs';

/** @typedef {import('./check.mjs').SourceUnit} SourceUnit */
/** @typedef {import('./check.mjs').Violation} Violation */

/** Reasons, and the names they hold for. @type {Readonly<Record<string, readonly string[]>>} */
const ELSEWHERE = {
  'posted, and never merged in this form': [
    'apply_as_clean',
    'apply_as_range',
    'apply_as_wrprotect',
    'apply_pt_clean',
    'apply_pt_wrprotect',
    'apply_to_pfn_range',
    'copy_pte_range (v8, with `locked_page`)',
    'hmm_exclusive_pmd (v2)',
    'hmm_exclusive_range (v2)',
  ],
  'the callback of a driver': [
    'dmirror_exclusive (lib/test_hmm.c)',
    'nouveau_atomic_range_fault',
    'vm_operations_struct.pfn_mkwrite',
  ],
  'of fs/dax.c': ['dax_pfn_mkwrite'],
  'of KVM, of which mm has what several races need': [
    'hva_to_pfn_retry',
    'kvm_dirty_ring_push',
    'kvm_gpc_refresh',
    'kvm_tdp_mmu_zap_gfn_range',
    'need_new_vmid_gen',
    'stage2_map_walk_table_post',
    'stage2_map_walk_table_pre',
    'update_accessed_dirty_bits',
    'update_vttbr',
  ],
  'of an IOMMU driver': ['fq_flush_iotlb'],
  'of one architecture': [
    'cmpxchg8b',
    'cmpxchg_double',
    'kvm_flush_tlb_multi',
    'pmd_read_atomic',
    'vmalloc_fault',
  ],
  'gone from Linux since 5.18, with the counts it reads': [
    'page_trans_huge_map_swapcount',
    'reuse_swap_page',
  ],
};

const REASONS = new Map(
  Object.entries(ELSEWHERE).flatMap(([why, names]) => names.map((name) => [name, why])),
);

/** Members and types describe words of the kernel. @param {ts.Node} node */
const isWord = (node) =>
  ts.isPropertySignature(node) || ts.isInterfaceDeclaration(node) || ts.isTypeAliasDeclaration(node);

/** @param {SourceUnit} unit */
const counts = ({ file, pkg }) =>
  (pkg.room === 'feature' || pkg.room === 'catalogue') && file.startsWith(`${pkg.dir}/src/`);

/** Kernel functions that a file has, each once. @param {SourceUnit} unit */
function functionsIn({ source }) {
  /** @type {Map<string, number>} */
  const found = new Map();
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (isWord(node)) return;
    for (const name of tagsOf(node, source).flatMap(kernelNamesIn))
      if (!found.has(name))
        found.set(name, source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1);
    ts.forEachChild(node, visit);
  };
  if (source.text.includes('@kernel')) ts.forEachChild(source, visit);
  return found;
}

/**
 * @param {readonly SourceUnit[]} units
 * @returns {Violation[]}
 */
export function checkHomes(units) {
  const unused = new Set(REASONS.keys());
  const strangers = units.filter(counts).flatMap((unit) =>
    [...functionsIn(unit)].flatMap(([name, line]) => {
      unused.delete(name);
      if (REASONS.has(name)) return [];
      const why =
        'a function of the kernel stands in mm; what is not of mm, or was never merged, is in the list';
      return [{ file: unit.file, line, what: `@kernel ${name}`, rule: 'home', why }];
    }),
  );
  // Another repository, as the tests of these rules make, has none of them.
  if (unused.size === REASONS.size) return strangers;
  const file = 'tools/boundaries/homes.mjs';
  const why = 'no function of a feature or the catalogue has this name any more: take it from the list';
  return [...strangers, ...[...unused].map((name) => ({ file, line: 1, what: name, rule: 'home', why }))];
}
