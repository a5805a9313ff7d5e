/** Variables whose values are nobody's business. */
const secretName =
  /pass(?:word|wd|phrase)?|pwd|secret|token|(?:^|_)key|key(?:$|_)|apikey|credential|private|salt|signature|cert|dsn|auth/i;

/** JSON web tokens, keys of clouds and hosts, PEM, and long texts of letters and digits without sense. */
const secretForm =
  /^eyJ[\w-]+\.|-----BEGIN|\b(?:AKIA|ASIA)[A-Z0-9]{12,}|\b(?:gh[pousr]_|github_pat_|glpat-|xox[baprs]-|sk[-_](?:live|test|proj)?)[\w-]{8,}|^(?=[^/:.]*\d)(?=[^/:.]*[a-z])[A-Za-z0-9+/=_-]{24,}$/i;

const longest = 2_000;

/** What may be kept of a variable's value: '' of a secret, and of a URL or a connection's text all but the password. */
export function withoutSecret(name: string, value: string): string {
  // A file in a variable: a key, a certificate, a list.
  if (value.length > longest) return '';
  const shown = withoutPassword(value);
  if (shown !== value || isConnection(value)) return shown;
  return secretName.test(name) || secretForm.test(value.trim()) ? '' : value;
}

/** `postgres://blog:secret@db/blog` → `postgres://blog@db/blog`; `password=…` goes likewise. */
export function withoutPassword(text: string): string {
  return text
    .replace(
      /(\b[a-z][a-z0-9+.-]*:\/\/)([^\s:@/?#]*):(?:[^\s/?#]|[/?#](?=[^\s]*@))*@/gi,
      (_, scheme: string, user: string) => `${scheme}${user}@`,
    )
    .replace(
      /([?&;\s]|^)(pass(?:word|wd|file)?|pwd|sslpassword)\s*=\s*('(?:[^'\\]|\\.)*'|"[^"]*"|[^&;\s]*)/gi,
      '$1$2=',
    );
}

const isConnection = (value: string): boolean => /^(?:postgres(?:ql)?|[a-z][a-z0-9+.-]*):\/\//i.test(value);
