/**
 * Lists of the kernel that a race has of its own, written with loads and stores: other agents may look on in the middle.
 * What a removed element keeps in place of the kernel's poison is NULL. (include/linux/list.h, rculist.h, Linux 6.12)
 */

/** Macros by the kernel's names; the stores stand in the kernel's order. */
export const LISTS = `
#define INIT_LIST_HEAD(list) ({ struct list_head *i_ = (list); WRITE_ONCE(i_->next, i_); WRITE_ONCE(i_->prev, i_); 0; })
#define INIT_LIST_HEAD_RCU(list) INIT_LIST_HEAD(list)
#define list_between(entry, before, after) ({ struct list_head *b_ = (before), *c_ = (after), *e_ = (entry); c_->prev = e_; e_->next = c_; e_->prev = b_; WRITE_ONCE(b_->next, e_); 0; })
#define list_between_rcu(entry, before, after) ({ struct list_head *b_ = (before), *c_ = (after), *e_ = (entry); e_->next = c_; e_->prev = b_; rcu_assign_pointer(b_->next, e_); c_->prev = e_; 0; })
#define list_add(entry, head) ({ struct list_head *h_ = (head); list_between(entry, h_, READ_ONCE(h_->next)); })
#define list_add_tail(entry, head) ({ struct list_head *h_ = (head); list_between(entry, READ_ONCE(h_->prev), h_); })
#define list_add_rcu(entry, head) ({ struct list_head *h_ = (head); list_between_rcu(entry, h_, READ_ONCE(h_->next)); })
#define list_add_tail_rcu(entry, head) ({ struct list_head *h_ = (head); list_between_rcu(entry, READ_ONCE(h_->prev), h_); })
#define list_unlink(entry) ({ struct list_head *u_ = (entry), *n_ = READ_ONCE(u_->next), *p_ = READ_ONCE(u_->prev); n_->prev = p_; WRITE_ONCE(p_->next, n_); 0; })
#define list_del(entry) ({ struct list_head *d_ = (entry); list_unlink(d_); d_->next = NULL; d_->prev = NULL; 0; })
#define list_del_rcu(entry) ({ struct list_head *d_ = (entry); list_unlink(d_); d_->prev = NULL; 0; })
#define list_del_init(entry) ({ struct list_head *d_ = (entry); list_unlink(d_); INIT_LIST_HEAD(d_); 0; })
#define list_move(entry, head) ({ struct list_head *m_ = (entry); list_unlink(m_); list_add(m_, head); 0; })
#define list_move_tail(entry, head) ({ struct list_head *m_ = (entry); list_unlink(m_); list_add_tail(m_, head); 0; })
#define list_replace(old, entry) ({ struct list_head *o_ = (old), *r_ = (entry); r_->next = READ_ONCE(o_->next); r_->next->prev = r_; r_->prev = READ_ONCE(o_->prev); r_->prev->next = r_; 0; })
#define list_replace_rcu(old, entry) ({ struct list_head *o_ = (old), *r_ = (entry); r_->next = READ_ONCE(o_->next); r_->prev = READ_ONCE(o_->prev); rcu_assign_pointer(r_->prev->next, r_); r_->next->prev = r_; o_->prev = NULL; 0; })
#define list_join(list, before, after) ({ struct list_head *l_ = (list), *f_ = READ_ONCE(l_->next), *t_ = READ_ONCE(l_->prev), *b_ = (before), *a_ = (after); f_->prev = b_; b_->next = f_; t_->next = a_; a_->prev = t_; 0; })
#define list_splice(list, head) ({ struct list_head *s_ = (list), *h_ = (head); if (!list_empty(s_)) list_join(s_, h_, READ_ONCE(h_->next)); 0; })
#define list_splice_tail(list, head) ({ struct list_head *s_ = (list), *h_ = (head); if (!list_empty(s_)) list_join(s_, READ_ONCE(h_->prev), h_); 0; })
#define list_splice_init(list, head) ({ struct list_head *s_ = (list), *h_ = (head); if (!list_empty(s_)) { list_join(s_, h_, READ_ONCE(h_->next)); INIT_LIST_HEAD(s_); } 0; })
#define list_splice_tail_init(list, head) ({ struct list_head *s_ = (list), *h_ = (head); if (!list_empty(s_)) { list_join(s_, READ_ONCE(h_->prev), h_); INIT_LIST_HEAD(s_); } 0; })
#define list_empty(head) ({ struct list_head *q_ = (head); READ_ONCE(q_->next) == q_; })
#define list_empty_careful(head) ({ struct list_head *q_ = (head), *v_ = smp_load_acquire(&q_->next); v_ == q_ && v_ == READ_ONCE(q_->prev); })
#define list_is_singular(head) ({ struct list_head *q_ = (head); !list_empty(q_) && q_->next == READ_ONCE(q_->prev); })
#define list_first_entry(head, type, member) container_of(READ_ONCE((head)->next), type, member)
#define list_last_entry(head, type, member) container_of(READ_ONCE((head)->prev), type, member)
#define list_first_entry_or_null(head, type, member) ({ struct list_head *q_ = (head), *g_ = READ_ONCE(q_->next); g_ != q_ ? container_of(g_, type, member) : NULL; })
#define list_next_entry(pos, member) container_of(READ_ONCE((pos)->member.next), typeof(*pos), member)
#define list_prev_entry(pos, member) container_of(READ_ONCE((pos)->member.prev), typeof(*pos), member)
#define list_entry_is_head(pos, head, member) (&(pos)->member == (head))
#define list_entry_rcu(ptr, type, member) container_of(READ_ONCE(ptr), type, member)
#define INIT_HLIST_HEAD(head) ((head)->first = NULL)
#define INIT_HLIST_NODE(node) ({ struct hlist_node *i_ = (node); i_->next = NULL; i_->pprev = NULL; 0; })
#define hlist_empty(head) (!READ_ONCE((head)->first))
#define hlist_unhashed(node) (!(node)->pprev)
#define hlist_add_head(node, head) ({ struct hlist_node *e_ = (node), *f_ = READ_ONCE((head)->first); e_->next = f_; if (f_) f_->pprev = &e_->next; WRITE_ONCE((head)->first, e_); e_->pprev = &(head)->first; 0; })
#define hlist_add_head_rcu(node, head) ({ struct hlist_node *e_ = (node), *f_ = READ_ONCE((head)->first); e_->next = f_; e_->pprev = &(head)->first; rcu_assign_pointer((head)->first, e_); if (f_) f_->pprev = &e_->next; 0; })
#define hlist_unlink(node) ({ struct hlist_node *u_ = (node), *n_ = READ_ONCE(u_->next); struct hlist_node **p_ = READ_ONCE(u_->pprev); WRITE_ONCE(*p_, n_); if (n_) n_->pprev = p_; 0; })
#define hlist_del(node) ({ struct hlist_node *d_ = (node); hlist_unlink(d_); d_->next = NULL; d_->pprev = NULL; 0; })
#define hlist_del_init(node) ({ struct hlist_node *d_ = (node); if (d_->pprev) { hlist_unlink(d_); d_->next = NULL; d_->pprev = NULL; } 0; })
#define hlist_del_rcu(node) ({ struct hlist_node *d_ = (node); hlist_unlink(d_); d_->pprev = NULL; 0; })
#define hlist_del_init_rcu(node) hlist_del_rcu(node)
#define hlist_entry(ptr, type, member) container_of(ptr, type, member)
#define hlist_entry_safe(ptr, type, member) ({ struct hlist_node *g_ = (ptr); g_ ? container_of(g_, type, member) : NULL; })
`;

const through = (first: string, next: string): string =>
  `for (pos = container_of(${first}, typeof(*pos), member); &pos->member != (head); pos = container_of(${next}, typeof(*pos), member))`;

const safely = (dir: string): string =>
  `for (pos = container_of((head)->${dir}, typeof(*pos), member), n = container_of(pos->member.${dir}, typeof(*pos), member); &pos->member != (head); pos = n, n = container_of(n->member.${dir}, typeof(*pos), member))`;

const hashed = (first: string, next: string): string =>
  `for (pos = hlist_entry_safe(${first}, typeof(*pos), member); pos; pos = hlist_entry_safe(${next}, typeof(*pos), member))`;

/** Heads of loops: their text is put in place before anything is parsed. */
export const LIST_LOOPS = `
#define list_for_each(pos, head) for (pos = (head)->next; pos != (head); pos = pos->next)
#define list_for_each_prev(pos, head) for (pos = (head)->prev; pos != (head); pos = pos->prev)
#define list_for_each_rcu(pos, head) for (pos = rcu_dereference((head)->next); pos != (head); pos = rcu_dereference(pos->next))
#define list_for_each_safe(pos, n, head) for (pos = (head)->next, n = READ_ONCE(pos->next); pos != (head); pos = n, n = pos->next)
#define list_for_each_entry(pos, head, member) ${through('(head)->next', 'pos->member.next')}
#define list_for_each_entry_reverse(pos, head, member) ${through('(head)->prev', 'pos->member.prev')}
#define list_for_each_entry_rcu(pos, head, member, ...) ${through('rcu_dereference((head)->next)', 'rcu_dereference(pos->member.next)')}
#define list_for_each_entry_lockless(pos, head, member) ${through('READ_ONCE((head)->next)', 'READ_ONCE(pos->member.next)')}
#define list_for_each_entry_srcu(pos, head, member, cond) ${through('rcu_dereference((head)->next)', 'rcu_dereference(pos->member.next)')}
#define list_for_each_entry_continue(pos, head, member) ${through('pos->member.next', 'pos->member.next')}
#define list_for_each_entry_from(pos, head, member) for (; &pos->member != (head); pos = container_of(pos->member.next, typeof(*pos), member))
#define list_for_each_entry_safe(pos, n, head, member) ${safely('next')}
#define list_for_each_entry_safe_reverse(pos, n, head, member) ${safely('prev')}
#define hlist_for_each_entry(pos, head, member) ${hashed('(head)->first', 'pos->member.next')}
#define hlist_for_each_entry_rcu(pos, head, member, ...) ${hashed('rcu_dereference((head)->first)', 'rcu_dereference(pos->member.next)')}
#define hlist_for_each_entry_safe(pos, n, head, member) for (pos = hlist_entry_safe((head)->first, typeof(*pos), member); pos && ({ n = pos->member.next; 1; }); pos = hlist_entry_safe(n, typeof(*pos), member))
`;

/** Their names. */
export const LIST_NAMES: readonly string[] = [...(LISTS + LIST_LOOPS).matchAll(/^#define (\w+)/gm)]
  .map(([, name = '']) => name)
  .filter((name) => !/^list_(?:between|unlink|join)|^hlist_unlink$/.test(name));

const ALL = new Set(LIST_NAMES);

/** Whether a name is one of these in a race: in a text of the kernel lists are those of reclaim, which have no effect. */
export const isList = (name: string, args: readonly { readonly text: string }[]): boolean =>
  ALL.has(name) && !args.some(({ text }) => /\bmmlist\b/.test(text));
