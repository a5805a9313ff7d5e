/** What the text of a turn says; each answers true where it is not certain. */

const assignment = '(?:(?:[-+*/%&|^]|\\*\\*|<<|>>>?|&&|\\|\\||\\?\\?)?=(?![=>])|\\+\\+|--)';

/** What stands behind it may not be reached on each turn: earlier statements may leave it, its own may leave it out. */
export function mayLeave(before: string): boolean {
  const code = codeOf(withoutComments(before));
  const declared = [...code.matchAll(/\n[ \t]*(?:const|let|var)\b/g)].at(-1)?.index ?? -1;
  const own = code.slice(Math.max(code.lastIndexOf(';'), declared) + 1);
  return /\b(?:continue|break|return|if|switch|try|for|while|do|yield)\b/.test(code) || /\?|&&|\|\|/.test(own);
}

/** It writes, or waits for what is not known to ask only. */
export function mayWrite(code: string): boolean {
  const waits = [...code.matchAll(/\b(?:await|yield)\b/g)].map(({ index }) => code.slice(index));
  const finds = /^await\s+[\w$]+(?:\.[\w$]+)*\.(?:find\w*|count\w*|fetch\w*|get[A-Z]\w*)\(/;
  const writes =
    /\b(?:save|create|insert|update|destroy|delete|remove|upsert|increment|decrement|persist|flush|\w*Raw)\(/i;
  return waits.some((wait) => !finds.test(wait) && !isPlainSelect(wait)) || writes.test(code);
}

/** `await pool.query('SELECT count(*) FROM comments')`: it locks nothing, and its functions are known to read only. */
function isPlainSelect(wait: string): boolean {
  const text = /^await\s+[\w$]+(?:\.[\w$]+)*\.query\(\s*(['"`])(\s*select\b[^\\]*?)\1/i.exec(wait)?.[2];
  if (text === undefined || /\$\{|\b(?:into|for)\b/i.test(text)) return false;
  const called = [...text.matchAll(/([\w"]+)\s*\(/g)].map(([, name = '']) => name);
  return called.every((name) =>
    /^(?:count|sum|min|max|avg|coalesce|lower|upper|in|any|exists|and|or|not)$/i.test(name),
  );
}

/** A call that has another value on each turn, or waits for more than itself. */
export function isAnotherEachTime(call: string): boolean {
  return (
    /\+\+|--|\b(?:random|now|next|shift|pop|randomUUID|uuid\w*|nanoid)\s*\(|\bnew\s+Date\(\s*\)/.test(call) ||
    /\bawait\b/.test(codeOf(call).replace(/^await\s/, ''))
  );
}

/** `comments` of `knex('comments')` is no name; quotes in a template are none. */
export function codeOf(text: string): string {
  return text.includes('`') ? text : text.replace(/'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*"/g, "''");
}

/** `posts`, `result.rows` */
export function isNamed(text: string, path: string): boolean {
  return new RegExp(`(?<![\\w$.])${escaped(path)}(?![\\w$])`).test(text);
}

/** `post.id = 1`, `post.id++`, `delete post.id` */
export function isAssigned(text: string, path: string): boolean {
  const name = `(?<![\\w$.])${escaped(path)}`;
  return new RegExp(`${name}\\s*${assignment}|(?:\\+\\+|--|\\bdelete\\s+)${name}`).test(text);
}

/** The name itself; `comment.count` and `{ count: 1 }` do not mention `count`, `...count` does. */
export function mentions(text: string, name: string): boolean {
  const own = escaped(name);
  return new RegExp(`(?<![\\w$]|(?<!\\.\\.)\\.)${own}(?![\\w$])(?!(?<=[{,]\\s*${own})\\s*:)`).test(text);
}

/** What is declared in one text is used in the other. */
export function usesNamesOf(declaring: string, other: string): boolean {
  const declared = [...declaring.matchAll(/\b(?:const|let|var|function|class)\s+([\w$]+|\{[^{}=]*\}|\[[^[\]=]*\])/g)];
  const names = declared.flatMap(([, pattern = '']) => pattern.match(/[\w$]+/g) ?? []);
  return names.some((name) => mentions(other, name));
}

/** Words in comments are no code. */
export function withoutComments(code: string): string {
  return code.replace(/(?<=^|\s)\/\/[^\n]*|\/\*[\s\S]*?\*\//g, ' ');
}

/** Something is done to what was waited for between the two texts: `const posts = ` and `; posts.pop();` */
export function isChangedIn(before: string, after: string): boolean {
  if (new RegExp(`^\\s*\\)?\\s*[!?]?\\s*\\.\\s*${changing}\\(`).test(after)) return true;
  const given =
    /(const|let|var)\s*(?:([\w$]+)(?:\s*:[^=\n]*)?|\{\s*rows(?:\s*:\s*\[?\s*([\w$]+)\s*\]?)?\s*\})\s*=\s*\(?\s*$/.exec(
      before,
    );
  // Destructured to what it has, or a part of a longer expression, which gives it no name.
  if (!given) return /(?<![=!<>])=\s*\(?\s*$/.test(before) && !/(?:const|let)\s*[{[][^=]*=\s*\(?\s*$/.test(before);
  const [, keyword, whole, rows = 'rows'] = given;
  const path = `(?<![\\w$.])${escaped(whole ?? rows)}(?:\\s*[!?]?\\.[\\w$]+|\\[[^\\]]*\\])*`;
  return keyword !== 'const' || new RegExp(`${path}\\s*${assignment}|${path}[!?]?\\.${changing}\\(`).test(after);
}

const changing =
  '(?:push|pop|shift|unshift|splice|sort|reverse|fill|copyWithin|set|setDataValue|setAttributes|assign|\\$set\\w*)';

function escaped(text: string): string {
  return text.replace(/[.$]/g, '\\$&');
}
