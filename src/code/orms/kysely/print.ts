import type { TextRange } from '../../../nouns/text-range';
import { parameterOf } from '../interpreter/things';
import type { GeneratedStatement } from '../orm';
import { withPastedText } from '../support/pasted-text';
import { type SqlText, statementOf } from '../support/sql-text';
import { CteName, Identifier, type Piece, type Query, Reference, SqlThing, TableName } from './pieces';

/** Of CamelCasePlugin. */
export interface CamelCase {
  readonly upperCase?: boolean;
  readonly underscoreBeforeDigits?: boolean;
  readonly underscoreBetweenUppercaseLetters?: boolean;
}

/** The statement as kysely's compiler for PostgreSQL writes it, after its plugins. */
export function printed(query: Query, camelCase: CamelCase | undefined): GeneratedStatement {
  const places = new Map<string, TextRange>();
  const flat = flattened(query.body());
  const tables = query.schema === undefined ? new Set<string>() : tablesOf(flat);
  const named = (name: string, range?: TextRange) => {
    const written = camelCase === undefined ? name : snakeCase(name, camelCase);
    if (range !== undefined && !places.has(written)) places.set(written, range);
    return `"${written.replaceAll('"', '""')}"`;
  };
  const table = ({ name, schema, range }: TableName) => {
    const inSchema = schema ?? (tables.has(name) ? query.schema : undefined);
    return `${inSchema === undefined ? '' : `${named(inSchema)}.`}${named(name, range)}`;
  };
  const text = flat.map((piece): SqlText[number] => {
    if (typeof piece === 'string') return piece;
    if (piece instanceof Identifier) return named(piece.name, piece.range);
    if (piece instanceof TableName) return table(piece);
    if (piece instanceof Reference) {
      const column = piece.column === '*' ? '*' : named(piece.column, piece.range);
      return piece.table === undefined ? column : `${table(piece.table)}.${column}`;
    }
    return parameterOf(piece);
  });
  return { ...statementOf(withPastedText(text)), places };
}

function flattened(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece) => (piece instanceof SqlThing ? flattened(piece.pieces) : [piece]));
}

/** Tables that stand in the query, without those that WITH makes: `withSchema` is for them. */
function tablesOf(pieces: readonly Piece[]): Set<string> {
  const names = new Set<string>();
  for (const piece of pieces) if (piece instanceof TableName) names.add(piece.name);
  for (const piece of pieces) if (piece instanceof CteName) names.delete(piece.name);
  return names;
}

/** As kysely's createSnakeCaseMapper. */
export function snakeCase(text: string, options: CamelCase): string {
  let out = '';
  [...text].forEach((character, i) => {
    const before = text.charAt(i - 1);
    if (i === 0) {
      out = character.toLowerCase();
      return;
    }
    if (options.underscoreBeforeDigits === true && /\d/.test(character) && !/\d/.test(before) && !out.endsWith('_')) {
      out += `_${character}`;
      return;
    }
    const isUpper = character === character.toUpperCase() && character !== character.toLowerCase();
    if (!isUpper) {
      out += character;
      return;
    }
    const isAfterUpper = before === before.toUpperCase() && before !== before.toLowerCase();
    const isSeparate = options.underscoreBetweenUppercaseLetters === true || !isAfterUpper;
    out += `${isSeparate ? '_' : ''}${character.toLowerCase()}`;
  });
  return options.upperCase === true ? out.toUpperCase() : out;
}
