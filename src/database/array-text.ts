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
