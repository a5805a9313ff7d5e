/** A statement in one line of so many characters at most: `SELECT id, title FROM posts WHERE …` */
export function oneLine(text: string, most: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 1)}…` : line;
}
