/** `name` with the place of its name and its value in the tag's text. */
interface Assignment {
  readonly name: string;
  readonly at: number;
  readonly from: number;
  readonly to: number;
}

/** ` post in posts reversed`: the names, and the list from and to where; undefined for what is no loop's head. */
export function forHead(text: string) {
  const head = /^([\s\w,()]+?)\sin\s/.exec(text);
  if (!head) return undefined;
  const [whole, targets = ''] = head;
  const end = /\s(?:reversed|recursive)\s*$|\sif\s/.exec(text.slice(whole.length));
  const names = [...targets.matchAll(/\w+/g)].map(({ 0: name, index }) => ({ name, at: index }));
  return { names, from: whole.length, to: end ? whole.length + end.index : text.length };
}

/** ` author=post.author size=2`, ` post.author as author`, ` author = post.author` */
export function assignmentsIn(text: string): Assignment[] {
  const named = [...text.matchAll(/(?<=^|[\s,])(\w+)\s*=(?!=)\s*/g)];
  if (named.length === 0) {
    const old = /^([\s\S]+?)\sas\s+(\w+)\s*$/.exec(text);
    const [, value = '', name = ''] = old ?? [];
    return old ? [{ name, at: text.lastIndexOf(name), from: 0, to: value.length }] : [];
  }
  return named.map(({ 0: whole, 1: name = '', index }, number) => {
    const to = named[number + 1]?.index ?? text.length;
    const value = text.slice(index + whole.length, to);
    const isEnded = /[\s,]+(?:only|(?:with|without)\s+context)?\s*$/.exec(value)?.index ?? value.length;
    return { name, at: index, from: index + whole.length, to: index + whole.length + isEnded };
  });
}

/** ` posts by author.name as authors` */
export function regrouped(text: string) {
  const [, list, by, as] = /^(\s*[\s\S]+?)\sby\s+([\w.]+)\s+as\s+(\w+)\s*$/.exec(text) ?? [];
  return list === undefined || by === undefined || as === undefined ? undefined : { to: list.length, by, as };
}

/** The names that a tag binds for those behind it. */
export function boundIn(tag: string, text: string): string[] {
  if (tag === 'for') return forHead(text)?.names.map(({ name }) => name) ?? [];
  if (tag === 'with') return assignmentsIn(text).map(({ name }) => name);
  if (tag === 'set') return /^[\s\w,]+/.exec(text)?.[0].match(/\w+/g) ?? [];
  const [, name] = (tag === '' ? undefined : /\sas\s+(\w+)\s*$/.exec(text)) ?? [];
  return name === undefined ? [] : [name];
}
