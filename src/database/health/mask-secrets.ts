/** Texts, quoted names and comments; the end of a shortened text may leave one open. */
const quoted =
  /\be'(?:[^'\\]|''|\\.)*(?:'|$)|'(?:[^']|'')*(?:'|$)|\$([a-z_]\w*|)\$[\s\S]*?(?:\$\1\$|$)|"(?:[^"]|"")*(?:"|$)|--.*|\/\*[\s\S]*?(?:\*\/|$)/gi;

const name = String.raw`(?:password|passwd|pwd|secret|\w*_(?:password|token|secret)|\w*(?:api_?|secret_|access_)key)`;
/** `PASSWORD `, `api_key => `, `"password" = ` */
const namesSecret = new RegExp(String.raw`(?:\b|")${name}"?\s*(?::=|=>|=|:)?\s*$`, 'i');

const inTexts: readonly (readonly [RegExp, string])[] = [
  // postgres://me:secret@host
  [/(\w:\/\/[^\s:/?#@']*:)[^\s@']*@/g, '$1***@'],
  // host=db1 user=app password=secret
  [/\b((?:password|passwd)\s*=\s*)[^\s']+/gi, '$1***'],
  // {"password": "secret"}
  [new RegExp(String.raw`("${name}"\s*:\s*)"[^"]*"`, 'gi'), '$1"***"'],
];

/**
 * The server keeps what was sent: `ALTER ROLE app PASSWORD 'secret'` as it is, also where it replaces the constants of
 * queries. What looks like a password or a key is not told further.
 */
export function maskSecrets(sql: string): string {
  return sql.replace(quoted, (found, _tag, offset: number) => {
    if (/^["-]/.test(found) || found.startsWith('/*')) return found;
    if (namesSecret.test(sql.slice(Math.max(0, offset - 100), offset))) return "'***'";
    return inTexts.reduce((text, [secret, mask]) => text.replace(secret, mask), found);
  });
}

/** Connections and shell commands, which may hold passwords and keys. */
const secretSettings = /conninfo|_command$|passphrase|secret|token|salt/;

/** Whether something is set is not secret. */
export function maskSetting(name: string, setting: string): string {
  return setting !== '' && setting !== '(disabled)' && secretSettings.test(name) ? '***' : setting;
}
