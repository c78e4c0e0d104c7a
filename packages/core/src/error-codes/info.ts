/** What is known about an error code. */
export interface ErrorInfo {
  /** Who can cause it. */
  readonly who: string;
  /** What it means, in one sentence. */
  readonly means: string;
  /** What to do about it. */
  readonly todo: string;
}

/** Codes that the same people cause: each with what it means and what to do. */
export function causedBy<Code extends string>(
  who: string,
  rows: Readonly<Record<Code, readonly [means: string, todo: string]>>,
): Readonly<Record<Code, ErrorInfo>> {
  const entries = Object.entries<readonly [means: string, todo: string]>(rows);
  const infos = entries.map(([code, [means, todo]]) => [code, Object.freeze({ who, means, todo })]);
  return Object.freeze(Object.fromEntries(infos)) as Readonly<Record<Code, ErrorInfo>>;
}
