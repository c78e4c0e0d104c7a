/** Transfer encodings of mails. */

const utf8 = (bytes: readonly number[]): string => new TextDecoder().decode(Uint8Array.from(bytes));

/** `quoted-printable`: `=E2=80=99`, and lines that end with `=` go on in the next one. */
export function quotedPrintable(text: string): string {
  const joined = text.replace(/[ \t]+$/gm, '').replace(/=\r?\n/g, '');
  return joined.replace(/(?:=[0-9A-Fa-f]{2})+/g, (run) =>
    utf8(
      run
        .slice(1)
        .split('=')
        .map((hex) => Number.parseInt(hex, 16)),
    ),
  );
}

/** `base64`; null if the text is none. */
export function base64(text: string): string | null {
  const plain = text.replace(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(plain)) return null;
  try {
    return utf8([...atob(plain)].map((c) => c.charCodeAt(0)));
  } catch {
    return null;
  }
}

/**
 * `format=flowed`: a line that ends with a space goes on in the next one, and a line that begins with one was given one
 * more. The line `-- ` in front of a signature is left alone.
 */
export function unflowed(text: string): string {
  const out: string[] = [];
  let open = false;
  for (const raw of text.split(/\r?\n/)) {
    const line = raw.startsWith(' ') ? raw.slice(1) : raw;
    if (open && !/^>/.test(raw)) out[out.length - 1] += line;
    else out.push(line);
    open = raw.endsWith(' ') && raw !== '-- ';
  }
  return out.join('\n');
}
