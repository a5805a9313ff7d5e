import type { SqlText } from './sql-text';

/** A private character around what stands for the text. */
const mark = '\ue000';

/** Stands for text that is put into SQL at run time: `sql.raw(column)`. */
export function pastedText(source: string): string {
  return `${mark}${source.replaceAll(mark, '')}${mark}`;
}

/** Whether nothing is left when that text is left out. */
export function isOnlyPasted(text: string): boolean {
  return text.split(mark).every((part, i) => i % 2 === 1 || part.trim() === '');
}

/** Inside quotes what the program writes takes its place, so that the quoted text stays one; elsewhere nothing does. */
export function withPastedText(text: SqlText): SqlText {
  let isQuoted = false;
  return text.map((piece) => {
    if (typeof piece !== 'string') return piece;
    return piece
      .split(mark)
      .map((part, i) => {
        if (i % 2 === 1) return isQuoted ? part.replaceAll("'", '') : '';
        if ((part.match(/'/g)?.length ?? 0) % 2 === 1) isQuoted = !isQuoted;
        return part;
      })
      .join('');
  });
}
