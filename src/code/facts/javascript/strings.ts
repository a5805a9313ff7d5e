import { decodeEscape } from '../../languages/javascript-escapes';

/** Beyond this many different names the table is begun anew. */
const mostNames = 200_000;

/**
 * One copy of each name for all files. A slice of a text keeps the whole text in memory for as long as it lives; these
 * are copies of their own.
 */
export class Names {
  readonly #known = new Map<string, string>();

  of(slice: string): string {
    const known = this.#known.get(slice);
    if (known !== undefined) return known;
    if (this.#known.size > mostNames) this.#known.clear();
    // Slices below 13 characters are copies already.
    const own = slice.length < 13 ? slice : Buffer.from(slice, 'utf16le').toString('utf16le');
    this.#known.set(own, own);
    return own;
  }
}

/** `a\n${x}b` → what stands between its substitutions; `'it\'s'` without its quotes → it's. */
export function decodeText(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(/\\(?:u\{[0-9a-fA-F]+\}|u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|\r\n|[\s\S])/g, decodeEscape);
}

/** `<Post, Map<string, Tag>>` → ['Post', 'Map<string, Tag>']; `: Post[]` → ['Post[]'] */
export function splitTypes(text: string): string[] {
  const inside = text.trim().replace(/^<([\s\S]*)>$/, '$1');
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < inside.length; i++) {
    const char = inside[i];
    if (char === '<' || char === '(' || char === '[' || char === '{') depth++;
    else if (char === ')' || char === ']' || char === '}' || (char === '>' && inside[i - 1] !== '=')) depth--;
    else if (char === ',' && depth === 0) {
      parts.push(inside.slice(start, i).trim());
      start = i + 1;
    }
  }
  const last = inside.slice(start).trim();
  return last === '' ? parts : [...parts, last];
}
