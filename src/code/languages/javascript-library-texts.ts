import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../nouns/text-range';
import { MappedText } from '../../sql/source-map';
import type { Definitions } from './javascript-definitions';
import { rangeOf, unwrap } from './javascript-nodes';
import { helperParts } from './javascript-pg-promise';
import type { Piece } from './javascript-pieces';
import { type HelperPart, postgresHelper } from './javascript-postgres-helpers';
import { slonikHelper } from './javascript-slonik';

/** One private character, which SQL takes for a letter. */
export const mark = '\ue000';

/** What calls of the libraries that send SQL text put into it. */
export class LibraryTexts {
  readonly #text: string;
  readonly #definitions: Definitions;
  readonly #read: (node: Node, binds: boolean, depth: number) => Piece[];

  /** `read` gives the text of an expression. */
  constructor(text: string, definitions: Definitions, read: (node: Node, binds: boolean, depth: number) => Piece[]) {
    this.#text = text;
    this.#definitions = definitions;
    this.#read = read;
  }

  /** `insert into users ${sql(user, 'email')}` */
  postgres(node: Node, given: readonly Node[]): Piece[] | undefined {
    const substitution = node.parent?.type === 'template_substitution' ? node.parent : node;
    const template = substitution.parent;
    const before = this.#text
      .slice(template?.startIndex ?? node.startIndex, substitution.startIndex)
      .replace(/^`/, ' ');
    const parts = postgresHelper(given, before, this.#definitions);
    return parts && piecesOf(parts, rangeOf(substitution));
  }

  /** `sql.unnest(rows, ['text'])` */
  slonik(node: Node, name: string, given: readonly Node[]): Piece[] | undefined {
    const helper = /^sql\.(\w+)$/.exec(name)?.[1];
    if (helper === undefined) return undefined;
    const parts = slonikHelper(helper, given, this.#definitions);
    return parts && piecesOf(parts, rangeOf(node));
  }

  /** `sql.join([sql.fragment`a = ${a}`, …], sql.fragment` AND `)`: the parts with what stands between. */
  joined(list: Node | null, depth: number): Piece[] | undefined {
    const [items, separator] = list?.namedChildren.filter((each) => each !== null) ?? [];
    const array = items === undefined ? undefined : items.type === 'array' ? items : this.#definitions.valueOf(items);
    if (items === undefined || array?.type !== 'array' || array.namedChildCount === 0) return undefined;
    if (items !== array && this.#definitions.isMutated(items)) return undefined;
    const parts = array.namedChildren.filter((each) => each !== null && each.type !== 'comment');
    // Of plain values one stands for all.
    if (!parts.every((part) => part !== null && unwrap(part).type === 'call_expression')) return undefined;
    const between = separator === undefined ? [] : this.#read(separator, true, depth);
    const text = between.map(({ mapped }) => mapped.text).join('') || ', ';
    return parts.flatMap((part, i) => {
      if (part === null) return [];
      const pieces = this.#read(part, true, depth);
      const before = { start: part.startIndex, end: part.startIndex };
      return i === 0 ? pieces : [{ mapped: MappedText.standingFor(text, before) }, ...pieces];
    });
  }

  /** `pgp.helpers.insert(rows, columns)`, `pgp.as.format('WHERE id = $1', id)` */
  pgPromise(node: Node, name: string, given: readonly Node[], depth: number): Piece[] | undefined {
    const helper = /(?:^|\.)helpers\.(insert|update)$/.exec(name)?.[1];
    if (helper === 'insert' || helper === 'update') {
      const parts = helperParts(helper, given, this.#definitions);
      return parts && piecesOf(parts, rangeOf(node));
    }
    const [text] = given;
    if (text === undefined || !/(?:^|\.)as\.format$/.test(name)) return undefined;
    // Its numbers are its own: each value is a parameter by itself.
    return this.#read(text, false, depth).flatMap((piece) => {
      if (piece.hole !== undefined) return [piece];
      const parts = piece.mapped.text.split(/(\$\d+|\$[{(<[/]\s*\w+\s*[})>\]/])/);
      return piecesOf(
        parts.map((part, i) => (i % 2 === 0 ? part : { value: `${node.text.slice(0, 40)} ${part}` })),
        rangeOf(node),
      );
    });
  }
}

/** Text and values that a helper stands for, all at its place. */
function piecesOf(parts: readonly HelperPart[], range: TextRange): Piece[] {
  return parts.map((part): Piece => {
    if (typeof part === 'string') return { mapped: MappedText.standingFor(part, range) };
    const source = `\${${part.value}}`;
    return {
      mapped: MappedText.standingFor(mark, range),
      hole: { source, name: source, kind: 'value', spliceMark: true },
    };
  });
}
