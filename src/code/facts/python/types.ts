/** `list[Post]`, `Optional["Post"]`, `Post | None`, `QuerySet[Post]` as the reader of types takes them: `Post[]`, `Post`. */
export function typeText(annotation: string): string {
  const text = annotation
    .trim()
    .replace(/^(['"])(.*)\1$/s, '$2')
    .trim();
  const parts = split(text, '|').filter((part) => part !== 'None');
  if (parts.length > 1) return parts.map(typeText).join(' | ');
  const only = parts[0] ?? text;
  if (only !== text) return typeText(only);
  const [, name = '', inside = ''] = /^([\w.]+)\s*\[(.*)\]$/s.exec(text) ?? [];
  if (name === '') return text;
  const given = split(inside, ',').map(typeText);
  const last = name.split('.').at(-1) ?? '';
  if (last === 'Optional' || last === 'Annotated') return given[0] ?? text;
  if (last === 'Union') return given.filter((one) => one !== 'None').join(' | ');
  if (lists.test(last)) return `${given[0] ?? 'unknown'}[]`;
  return `${name}<${given.join(', ')}>`;
}

const lists =
  /^(?:list|List|set|Set|Sequence|Iterable|Iterator|Collection|QuerySet|Generator|tuple|Tuple|deque|AsyncIterator|AsyncGenerator|WriteOnlyMapped)$/;

/** At the top level of brackets and quotes. */
function split(text: string, separator: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let part = '';
  for (const letter of text) {
    if (letter === '[' || letter === '(') depth++;
    if (letter === ']' || letter === ')') depth--;
    if (letter === separator && depth === 0) {
      parts.push(part.trim());
      part = '';
    } else part += letter;
  }
  return [...parts, part.trim()].filter((one) => one !== '');
}
