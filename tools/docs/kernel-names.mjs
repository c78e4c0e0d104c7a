/** docs/kernel-names.md: from the kernel's names to this project's. `npm run docs:names` rewrites it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { readWorkspace } from '../boundaries/workspace.mjs';
import { ABSENT } from './kernel-names-absent.mjs';

export const PAGE = fileURLToPath(new URL('../../docs/kernel-names.md', import.meta.url));
const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** `__ptep_get` becomes `__ptepGet`. @param {string} kernel */
export const camel = (kernel) => {
  const lead = /^_*/.exec(kernel)?.[0] ?? '';
  return lead + kernel.slice(lead.length).replace(/_([a-z0-9])/g, (_, c) => c.toUpperCase());
};

/** Source files of all packages but mutants and races, and of no toy, relative to the root. */
function sources() {
  return readWorkspace(ROOT)
    .packages.filter(({ dir, room }) => dir.startsWith('packages/') && room !== 'toys')
    .flatMap(({ dir }) =>
      readdirSync(`${ROOT}${dir}/src`, { recursive: true, encoding: 'utf8' }).map(
        (file) => `${dir}/src/${file}`,
      ),
    )
    .filter((file) => /\.ts$/.test(file) && !/\/(mutants|races)\//.test(file))
    .sort();
}

/** Whether a value may be a function: one, or something that yields one. @param {ts.Expression | undefined} value */
const yieldsFunction = (value) =>
  value !== undefined &&
  [
    ts.SyntaxKind.ArrowFunction,
    ts.SyntaxKind.FunctionExpression,
    ts.SyntaxKind.CallExpression,
    ts.SyntaxKind.Identifier,
    ts.SyntaxKind.PropertyAccessExpression,
  ].includes(value.kind);

/** The name of the function that a node declares, if it does. @param {ts.Node} node */
function declaredBy(node) {
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node)) return node.name?.getText();
  const named = ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node);
  return named && yieldsFunction(node.initializer) ? node.name.getText() : undefined;
}

/** Declared functions and methods, and the files that declare them; calls do not count. */
export function declarations() {
  /** @type {Map<string, Set<string>>} */
  const files = new Map();
  for (const file of sources()) {
    const source = ts.createSourceFile(file, readFileSync(ROOT + file, 'utf8'), ts.ScriptTarget.Latest, true);
    /** @param {ts.Node} node */
    const visit = (node) => {
      const name = declaredBy(node);
      if (name !== undefined) files.set(name, (files.get(name) ?? new Set()).add(file));
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return files;
}

/** Functions named in the patches and the code that the threads quote, thread by thread. */
export const NAMED = {
  '000':
    '__ptep_set_access_flags_notlbi __ptep_set_access_flags contpte_ptep_get contpte_ptep_get_lockless contpte_set_ptes contpte_ptep_get_and_clear_full contpte_try_unfold contpte_ptep_test_and_clear_young contpte_ptep_clear_flush_young contpte_align_down __ptep_get __ptep_get_and_clear ptep_get_and_clear_full ptep_get_and_clear ptep_test_and_clear_young ptep_clear_flush_young pte_valid_cont pte_valid pte_dirty pte_young pte_mkdirty pte_mkyoung flush_tlb_page pte_clear set_ptes ptep_get ptep_get_lockless pte_modify',
  '001':
    'apply_pt_wrprotect apply_pt_clean apply_as_range apply_as_wrprotect apply_as_clean apply_to_pfn_range ptep_modify_prot_start ptep_modify_prot_commit mmu_notifier_invalidate_range_start mmu_notifier_invalidate_range_end inc_tlb_flush_pending dec_tlb_flush_pending vma_interval_tree_foreach i_mmap_lock_read i_mmap_unlock_read flush_cache_range flush_tlb_range __set_bit pte_write pte_dirty pte_wrprotect pte_mkclean page_mkwrite pfn_mkwrite tlb_gather_mmu vma_pages',
  '002':
    'restore_exclusive_pte try_restore_exclusive_pte remove_device_exclusive_entry make_device_exclusive_range copy_nonpresent_pte copy_pte_range copy_page_range hmm_exclusive_pmd rmap_walk page_vma_mapped_walk lock_page_or_retry is_device_exclusive_entry is_writable_device_exclusive_entry is_cow_mapping pfn_swap_entry_to_page pte_to_swp_entry pte_swp_soft_dirty pte_mksoft_dirty pte_swp_uffd_wp pte_mkuffd_wp maybe_mkwrite page_add_anon_rmap mlock_vma_page get_page put_page unlock_page set_pte_at mmu_notifier_invalidate_range_start mk_pte mm_counter pte_mkdirty pte_mkold pte_present pte_swp_mkuffd_wp pte_write trylock_page',
  '003': 'ptep_get_lockless zap_pte_range zap_install_uffd_wp_if_needed tlb_remove_tlb_entry',
  '004':
    'move_ptes pte_offset_map_lock flush_tlb_batched_pending ptep_get_and_clear ptep_get pte_none set_ptes set_pte_at ptep_clear_flush_young ptep_set_wrprotect ptep_set_access_flags contpte_try_fold contpte_try_unfold contpte_convert try_to_unmap_one set_pte pte_clear ptep_get_and_clear_full ptep_test_and_clear_young pte_unmap_unlock',
};

/** Links to files, from docs. @param {readonly string[]} files */
const links = (files) => files.map((f) => `[${f.replace('packages/', '')}](../${f})`).join(', ');

/**
 * Where the helpers and operations of the contract are, under the kernel's names and those of its table.
 * @param {Map<string, Set<string>>} declared
 * @param {Contract} contract
 */
function contractSection(declared, { CONTRACT, KERNEL_TABLE }) {
  /** @param {string} name */
  const filesOf = (name) => [...(declared.get(name) ?? [])].filter((f) => /^packages\/(core|arch-)/.test(f));
  /** @param {string} op */
  const where = (op) => {
    const files = filesOf(op);
    if (files.length > 0) return links(files);
    // The helpers and operations of the PUD are those of the PMD under other names.
    const below = op.replace(/^pud/, 'pmd').replace(/Pud(?=At$|$)/, 'Pmd');
    return `\`${below}\`, one level up: ${links(filesOf(below))}`;
  };
  const named = new Map(CONTRACT.map(({ kernel, op }) => [kernel, op]));
  for (const { name, op } of KERNEL_TABLE) if (op !== null) named.set(name, op);
  const rows = [...named].sort(([a], [b]) => (a < b ? -1 : 1));
  const absent = KERNEL_TABLE.filter(({ op }) => op === null);
  return `## The contract

| kernel | here | in |
|---|---|---|
${rows.map(([kernel, op]) => `| \`${kernel}\` | \`${op}\` | ${where(op)} |`).join('\n')}

| not here | why |
|---|---|
${absent.map(({ name, note }) => `| \`${name}\` | ${note} |`).join('\n')}
`;
}

/** @typedef {Pick<typeof import('@racewalk/conformance'), 'CONTRACT' | 'KERNEL_TABLE'>} Contract */

/**
 * The whole page.
 * @param {Map<string, Set<string>>} declared
 * @param {Contract} [contract]
 */
export function namesPage(declared, contract = { CONTRACT: [], KERNEL_TABLE: [] }) {
  const sections = Object.entries(NAMED).map(([seed, names]) => {
    const reasons = Object.entries(ABSENT[seed] ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
    const added = reasons.map(([kernel]) => kernel).filter((kernel) => declared.has(camel(kernel)));
    const rows = [...new Set([...names.split(' '), ...added])].sort().map((kernel) => {
      return `| \`${kernel}\` | \`${camel(kernel)}\` | ${links([...(declared.get(camel(kernel)) ?? [])])} |`;
    });
    const absent = reasons.filter(([kernel]) => !added.includes(kernel));
    const why = absent.map(([kernel, reason]) => `| \`${kernel}\` | ${reason} |`);
    const others = why.length === 0 ? '' : `\n| not here | why |\n|---|---|\n${why.join('\n')}\n`;
    return `## Thread ${seed}\n\n| kernel | here | in |\n|---|---|---|\n${rows.join('\n')}\n${others}`;
  });
  return `# Kernel names

The functions that the patches and the quoted code of the threads name, and where the function of the same name is here;
after them those that are not here, and why. Left out are macros of the language (\`min\`, \`container_of\`,
\`EXPORT_SYMBOL\`, warnings and assertions) and \`READ_ONCE\`, \`xchg\` and \`cmpxchg\` themselves, which are methods of
\`machine.entries\`. What the helpers and operations of the contract promise stands in
[contract.md](contract.md). Made by \`npm run docs:names\`; do not edit.

${sections.join('\n')}
${contractSection(declared, contract)}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(PAGE, namesPage(declarations(), await import('@racewalk/conformance')));
}
