import { Lexer } from './lexer';

/**
 * The statement without its values, as people may see it who may not see the data: `ALTER ROLE blog PASSWORD 'x'` →
 * `ALTER ROLE blog PASSWORD '…'`. Comments go, too: programs put identifiers of users and requests into them. Works on a text that is cut off.
 */
export function withoutConstants(sql: string): string {
  const lexer = new Lexer(sql);
  let text = '';
  while (lexer.next()) {
    if (lexer.kind === 'string') text += "'…'";
    else if (lexer.kind === 'number') text += '…';
    else if (lexer.kind !== 'comment') text += lexer.text;
  }
  return text.replace(/\s+/g, ' ').trim();
}
