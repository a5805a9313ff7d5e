/** `{17,"a \"b\"",NULL}` → ['17', 'a "b"', null]. One dimension, as pg_stats prints its arrays. */
export function parseArrayText(text: string): (string | null)[] {
  const elements: (string | null)[] = [];
  const element = /"((?:[^"\\]|\\[\s\S])*)"|((?:[^",{}\\\s]|\\[\s\S])(?:[^",{}\\]|\\[\s\S])*)/g;
  for (const [, quoted, bare] of text.matchAll(element)) {
    if (quoted === undefined && bare === 'NULL') elements.push(null);
    else elements.push((quoted ?? bare ?? '').replace(/\\([\s\S])/g, '$1'));
  }
  return elements;
}

/** ['a', 'b "c"'] → `{"a","b \"c\""}` */
export function arrayText(values: readonly string[]): string {
  return `{${values.map((value) => `"${value.replace(/[\\"]/g, '\\$&')}"`).join(',')}}`;
}

/** Elements of a one-dimensional array's text, without reading them; undefined when it is none: `{1,2` or `{"a}`. */
export function arrayLength(text: string): number | undefined {
  if (text[0] !== '{' || text.at(-1) !== '}' || text.length < 2) return undefined;
  if (text.length === 2) return 0;
  let count = 1;
  let isQuoted = false;
  for (let i = 1; i < text.length - 1; i++) {
    const character = text[i];
    if (character === '\\') {
      i++;
      if (i === text.length - 1) return undefined;
    } else if (character === '"') isQuoted = !isQuoted;
    else if (isQuoted) continue;
    else if (character === ',') count++;
    else if (character === '{' || character === '}') return undefined;
  }
  return isQuoted ? undefined : count;
}
