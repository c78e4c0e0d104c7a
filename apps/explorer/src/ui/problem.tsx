/** An error: what is wrong, and what to do. */
import { RacewalkError } from '@racewalk/core/step';

export function Problem({ error, title }: { readonly error: Error; readonly title: string }) {
  const { code, hint } = error instanceof RacewalkError ? error : { code: '', hint: undefined };
  return (
    <div class="problem" role="alert">
      <h2>{title}</h2>
      <p>
        {code === '' ? null : <code>{code}</code>} {error.message}
      </p>
      {hint === undefined ? null : <p class="dim">{hint}</p>}
    </div>
  );
}
