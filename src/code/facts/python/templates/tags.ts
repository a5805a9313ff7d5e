/** `{% for post in posts %}` or `{{ post.title }}` */
export interface Tag {
  /** 'for'; '' for what is written out. */
  readonly name: string;
  /** What stands behind the name, and where in the file. */
  readonly start: number;
  readonly end: number;
  /** The whole, with its braces. */
  readonly from: number;
  readonly to: number;
}

/** Their content is no program, or runs once for many readers. */
const passedOver = /^(?:comment|verbatim|raw|cache)$/;

/** A file's tags in the order of the text. */
export function tagsOf(source: string): Tag[] {
  const tags: Tag[] = [];
  // Of a mark that nothing closes only so much is looked at.
  const tag = /\{#[\s\S]{0,20000}?#\}|\{%[-+]?\s*(\w*)([\s\S]{0,2000}?)[-+]?%\}|\{\{-?([\s\S]{0,2000}?)-?\}\}/g;
  for (let found = tag.exec(source); found; found = tag.exec(source)) {
    const [whole, name, rest, output] = found;
    const [from, to] = [found.index, tag.lastIndex];
    if (name !== undefined && passedOver.test(name)) {
      const end = new RegExp(`\\{%[-+]?\\s*end${name}\\b[\\s\\S]*?%\\}`, 'g');
      end.lastIndex = to;
      tag.lastIndex = end.exec(source) ? end.lastIndex : source.length;
    } else if (output !== undefined) {
      const start = from + (source[from + 2] === '-' ? 3 : 2);
      tags.push({ name: '', start, end: start + output.length, from, to });
    } else if (name !== undefined) {
      const start = from + whole.lastIndexOf(rest ?? '', whole.length - 2 - (rest ?? '').length);
      tags.push({ name, start, end: start + (rest ?? '').length, from, to });
    }
  }
  return tags;
}
