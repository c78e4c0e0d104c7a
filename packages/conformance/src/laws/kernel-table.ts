/**
 * The names in the kernel's table of architecture page-table helpers
 * (Documentation/mm/arch_pgtable_helpers.rst), as of Linux 6.6 and 6.17, and the row for each.
 */

/** Sections of the table, in its order. */
export type TableSection = 'PTE' | 'PMD' | 'PUD' | 'HugeTLB' | 'swap';

/** One name of the table. */
export interface TableName {
  readonly section: TableSection;
  readonly name: string;
  /** The row of the contract, by `op`; null where no architecture has such a helper. */
  readonly op: string | null;
  /** Why the row has another name, or why there is none. */
  readonly note?: string;
  /** In the table of 6.6 and no longer in that of 6.17. */
  readonly dropped: boolean;
}

const NAMES: Readonly<Record<TableSection, string>> = {
  PTE:
    'pte_same pte_bad pte_present pte_young pte_dirty pte_write pte_special pte_protnone pte_devmap pte_soft_dirty ' +
    'pte_swp_soft_dirty pte_mkyoung pte_mkold pte_mkdirty pte_mkclean pte_mkwrite pte_mkwrite_novma pte_wrprotect ' +
    'pte_mkspecial pte_mkdevmap pte_mksoft_dirty pte_clear_soft_dirty pte_swp_mksoft_dirty pte_swp_clear_soft_dirty ' +
    'pte_mknotpresent ptep_clear ptep_get_and_clear ptep_get_and_clear_full ptep_test_and_clear_young ' +
    'ptep_set_wrprotect ptep_set_access_flags',
  PMD:
    'pmd_same pmd_bad pmd_leaf pmd_huge pmd_trans_huge pmd_present pmd_young pmd_dirty pmd_write pmd_special ' +
    'pmd_protnone pmd_devmap pmd_soft_dirty pmd_swp_soft_dirty pmd_mkyoung pmd_mkold pmd_mkdirty pmd_mkclean ' +
    'pmd_mkwrite pmd_mkwrite_novma pmd_wrprotect pmd_mkspecial pmd_mkdevmap pmd_mksoft_dirty pmd_clear_soft_dirty ' +
    'pmd_swp_mksoft_dirty pmd_swp_clear_soft_dirty pmd_mkinvalid pmd_set_huge pmd_clear_huge pmdp_get_and_clear ' +
    'pmdp_get_and_clear_full pmdp_test_and_clear_young pmdp_set_wrprotect pmdp_set_access_flags',
  PUD:
    'pud_same pud_bad pud_leaf pud_huge pud_trans_huge pud_present pud_young pud_dirty pud_write pud_devmap ' +
    'pud_mkyoung pud_mkold pud_mkdirty pud_mkclean pud_mkwrite pud_wrprotect pud_mkdevmap pud_mkinvalid ' +
    'pud_set_huge pud_clear_huge pudp_get_and_clear pudp_get_and_clear_full pudp_test_and_clear_young ' +
    'pudp_set_wrprotect pudp_set_access_flags',
  HugeTLB:
    'pte_huge arch_make_huge_pte huge_pte_dirty huge_pte_write huge_pte_mkdirty huge_pte_mkwrite huge_pte_wrprotect ' +
    'huge_ptep_get_and_clear huge_ptep_set_wrprotect huge_ptep_set_access_flags',
  swap:
    '__pte_to_swp_entry __swp_to_pte_entry __pmd_to_swp_entry __swp_to_pmd_entry is_migration_entry ' +
    'is_writable_migration_entry make_readable_migration_entry make_writable_migration_entry',
};

const DROPPED = new Set('pte_bad pte_devmap pmd_huge pmd_devmap pud_huge pud_devmap'.split(' '));

const GENERIC_NAME = 'the generic name; the architecture converts between a swap entry and its own form';

/** Names whose row is called otherwise, or that have none. */
const OTHERWISE: Readonly<Record<string, readonly [op: string | null, note: string]>> = {
  pte_bad: [
    null,
    'nothing in the kernel calls it and none of these architectures defines it: a leaf table leads nowhere',
  ],
  pte_mknotpresent: [
    null,
    'nothing in the kernel calls it and no architecture defines it any more; leaves above are invalidated by pmd_mkinvalid',
  ],
  pmd_huge: ['pmdLeaf', 'replaced by pmd_leaf in Linux 6.10'],
  pud_huge: ['pudLeaf', 'replaced by pud_leaf in Linux 6.10'],
  __pte_to_swp_entry: ['pteToSwpEntry', GENERIC_NAME],
  __swp_to_pte_entry: ['swpEntryToPte', GENERIC_NAME],
  __pmd_to_swp_entry: ['pmdToSwpEntry', GENERIC_NAME],
  __swp_to_pmd_entry: ['swpEntryToPmd', GENERIC_NAME],
};

const camel = (name: string) => name.replace(/_([a-z])/g, (_, c: string) => c.toUpperCase());

function tableName(section: TableSection, name: string): TableName {
  const [op, note] = OTHERWISE[name] ?? [camel(name)];
  return { section, name, op, dropped: DROPPED.has(name), ...(note === undefined ? {} : { note }) };
}

/** Every name, section after section. */
export const KERNEL_TABLE: readonly TableName[] = Object.freeze(
  (Object.keys(NAMES) as TableSection[]).flatMap((section) =>
    NAMES[section].split(' ').map((name) => tableName(section, name)),
  ),
);
