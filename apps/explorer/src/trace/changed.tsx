/** What a step changed, word by word: `0x40 rw clean dirty young` with the old word struck out. */

/** A word that stayed, or one that became another. */
export interface Word {
  readonly was: string;
  readonly now: string;
}

/** The words of `A → B`, each beside what it became; null where the two do not match word for word. */
export function changedWords(value: string): readonly Word[] | null {
  const parts = value.split(' → ');
  const [before = '', after = ''] = parts;
  if (parts.length !== 2 || before.startsWith('→')) return null;
  const old = before.split(' ');
  const next = after.split(' ');
  // `frame 0x40 clean → written`: the last word became the one.
  const full = next.length === 1 ? [...old.slice(0, -1), ...next] : next;
  if (full.length !== old.length) return null;
  return old.map((was, i) => ({ was, now: full[i] ?? was }));
}

export function Value({ text }: { readonly text: string }) {
  const words = changedWords(text);
  if (words === null) return <>{text}</>;
  return (
    <>
      <span class="sr">{text}</span>
      <span aria-hidden="true">
        {words.map(({ was, now }, i) => (
          // Words have no name of their own but their place.
          <span key={`${i} ${was}`}>
            {i === 0 ? '' : ' '}
            {was === now ? (
              was
            ) : (
              <>
                <s>{was}</s> <b>{now}</b>
              </>
            )}
          </span>
        ))}
      </span>
    </>
  );
}
