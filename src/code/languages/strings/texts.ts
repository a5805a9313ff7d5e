import type { Node } from 'web-tree-sitter';
import type { Replaced } from '../../../nouns/query-site';
import type { TextRange } from '../../../nouns/text-range';
import type { Placeholder } from '../../../sql/placeholders';
import { MappedText } from '../../../sql/source-map';
import { sqlStart } from '../../looks-like-sql';
import { mark } from '../javascript-library-texts';
import { assembled, type EvaluatedText, numbersAsParameters, type Piece } from '../javascript-pieces';
import { TextDefinitions } from './definitions';
import { rangeOf } from './nodes';
import type { Formatted, LiteralPart, StringSyntax } from './syntax';

/** Constants are followed through this many definitions. */
const deepest = 8;

/** The texts of a file's expressions, as far as they are known before the program runs. */
export class Texts {
  readonly #text: string;
  readonly #syntax: StringSyntax;
  readonly #definitions: TextDefinitions;
  #choices: Replaced[] = [];

  constructor(text: string, root: Node, syntax: StringSyntax) {
    this.#text = text;
    this.#syntax = syntax;
    this.#definitions = new TextDefinitions(text, root, syntax);
  }

  /**
   * One for each value that a variable is given, none when nothing of them is known. `binds`: what is interpolated is sent as
   * a value.
   */
  of(expression: Node, binds: boolean): EvaluatedText[] {
    return this.#ways(this.#unwrap(expression), binds, 0).flatMap((way) => {
      this.#choices = [];
      const pieces = numbersAsParameters(way());
      return isStatement(pieces) ? [assembled(apart(pieces), this.#choices)] : [];
    });
  }

  /** Each way to get at a text, evaluated when it is asked. */
  #ways(target: Node, binds: boolean, depth: number): (() => Piece[])[] {
    if (depth > deepest) return [];
    const alternatives = this.#syntax.alternatives(target);
    if (alternatives !== undefined) {
      return alternatives.flatMap((way) => this.#ways(this.#unwrap(way), binds, depth + 1));
    }
    const history = this.#definitions.history(target);
    if (history === undefined) return [() => this.#pieces(target, binds, 0)];
    const added = () =>
      history.added.flatMap(({ value, isSure }) => (isSure ? this.#operand(value, binds, 1) : this.#clause(value)));
    return history.starts.flatMap((start) =>
      this.#ways(this.#unwrap(start), binds, depth + 1).map((way) => () => [...way(), ...added()]),
    );
  }

  #unwrap(expression: Node): Node {
    let node = expression;
    for (let inner = this.#syntax.inner(node); inner !== undefined; inner = this.#syntax.inner(node)) node = inner;
    return node;
  }

  #pieces(expression: Node, binds: boolean, depth: number): Piece[] {
    const node = this.#unwrap(expression);
    const parts = this.#syntax.literal(node, this.#text);
    if (parts !== undefined) return parts.flatMap((part) => this.#part(part, binds, depth));
    const operands = this.#syntax.operands(node);
    if (operands !== undefined) return this.#joined(operands, this.#syntax.separator?.(node) ?? '', binds, depth);
    const formatted = this.#syntax.formatted(node);
    if (formatted !== undefined) return this.#formatted(formatted, depth);
    const alternatives = this.#syntax.alternatives(node);
    if (alternatives !== undefined) return this.#longest(node, alternatives, binds, depth);
    return this.#constant(node, binds, depth);
  }

  #part({ range, text, expression }: LiteralPart, binds: boolean, depth: number): Piece[] {
    if (text !== undefined) return [{ mapped: MappedText.standingFor(text, range) }];
    if (expression === undefined) {
      return [{ mapped: MappedText.verbatim(this.#text.slice(range.start, range.end), range.start) }];
    }
    if (binds) return [this.#hole(expression, { range, kind: 'value' })];
    const pieces = this.#pieces(expression, false, depth);
    // A constant stands where it is put in, not where it is defined.
    const isKnown = pieces.some(({ hole }) => hole === undefined);
    if (!isKnown) return [this.#hole(expression, { range })];
    return pieces.map((piece) => ({ ...piece, mapped: MappedText.standingFor(piece.mapped.text, range) }));
  }

  #joined(operands: readonly Node[], separator: string, binds: boolean, depth: number): Piece[] {
    const pieces: Piece[] = [];
    for (const operand of operands) {
      if (separator !== '' && pieces.length > 0) {
        const at = { start: operand.startIndex, end: operand.startIndex };
        pieces.push({ mapped: MappedText.standingFor(separator, at) });
      }
      pieces.push(...this.#operand(operand, binds, depth));
    }
    return pieces;
  }

  #operand(node: Node, binds: boolean, depth: number): Piece[] {
    const inner = this.#unwrap(node);
    const pieces = this.#pieces(inner, binds, depth);
    if (this.#syntax.nameOf(inner) === undefined) return pieces;
    return pieces.map((piece) => ({ ...piece, mapped: MappedText.standingFor(piece.mapped.text, rangeOf(inner)) }));
  }

  /** "SELECT * FROM %s" % table: each place is program text. */
  #formatted({ template, places, escapes, values }: Formatted, depth: number): Piece[] {
    let number = 0;
    return this.#operand(template, false, depth).flatMap((piece) => {
      if (piece.hole !== undefined) return [piece];
      const pieces: Piece[] = [];
      const { mapped } = piece;
      let at = 0;
      for (const match of mapped.text.matchAll(places)) {
        const end = match.index + match[0].length;
        const range = mapped.rangeToDocument({ start: match.index, end });
        if (match.index > at) pieces.push({ mapped: mapped.slice(at, match.index) });
        at = end;
        const literally = escapes?.get(match[0]);
        if (literally !== undefined) pieces.push({ mapped: MappedText.standingFor(literally, range) });
        else {
          const value = values[number++];
          const isKnown = value !== undefined && this.#isConstant(value, depth);
          if (isKnown) {
            const known = this.#pieces(value, false, depth);
            pieces.push(...known.map((one) => ({ mapped: MappedText.standingFor(one.mapped.text, range) })));
          } else pieces.push(markFor(value?.text ?? match[0], range, 'spliced'));
        }
      }
      if (at < mapped.text.length) pieces.push({ mapped: mapped.slice(at, mapped.text.length) });
      return pieces;
    });
  }

  #isConstant(node: Node, depth: number): boolean {
    return this.#pieces(node, false, depth).every(({ hole }) => hole === undefined);
  }

  /** Of the alternatives that are text, the longer one: most often the other is empty. */
  #longest(node: Node, alternatives: readonly Node[], binds: boolean, depth: number): Piece[] {
    const known = alternatives
      .map((way) => this.#pieces(way, binds, depth))
      .filter((pieces) => pieces.length > 0 && pieces[0]?.hole === undefined);
    const size = (pieces: readonly Piece[]) => pieces.reduce((sum, piece) => sum + piece.mapped.text.length, 0);
    const [longest] = known.sort((a, b) => size(b) - size(a));
    if (longest === undefined) return [this.#hole(node)];
    this.#choices.push({ source: node.text, range: rangeOf(node) });
    return longest;
  }

  #constant(node: Node, binds: boolean, depth: number): Piece[] {
    const history = depth < deepest ? this.#definitions.history(node) : undefined;
    const [start, ...others] = history?.starts ?? [];
    if (history !== undefined && start !== undefined && others.length === 0) {
      const added = history.added.flatMap(({ value, isSure }) =>
        isSure ? this.#operand(value, binds, depth + 1) : this.#clause(value),
      );
      const pieces = [...this.#pieces(start, binds, depth + 1), ...added];
      if (pieces[0]?.hole === undefined) return pieces;
    }
    return [this.#hole(node)];
  }

  /** Text that comes only sometimes. */
  #clause(node: Node): Piece[] {
    const space = { mapped: MappedText.standingFor(' ', { start: node.startIndex, end: node.startIndex }) };
    return [space, this.#hole(node), space];
  }

  #hole(node: Node, { range = rangeOf(node), kind = 'spliced' }: Partial<Pick<Placeholder, 'range' | 'kind'>> = {}) {
    return markFor(this.#text.slice(range.start, range.end), range, kind);
  }
}

/** Of what is not known, only something before a whole statement: `marker + "SELECT …"`. */
function isStatement(pieces: readonly Piece[]): boolean {
  if (pieces.length === 0) return false;
  return (
    pieces[0]?.hole === undefined ||
    sqlStart(withoutPrefix(pieces.map(({ mapped }) => mapped.text).join(''))) !== undefined
  );
}

/** A space behind what it begins with, lest that grows together with the first word. */
function apart(pieces: readonly Piece[]): readonly Piece[] {
  const [first, second] = pieces;
  if (first?.hole === undefined || second === undefined) return pieces;
  const { start } = second.mapped.rangeToDocument({ start: 0, end: 0 });
  return [first, { mapped: MappedText.standingFor(' ', { start, end: start }) }, ...pieces.slice(1)];
}

/** The text behind expressions that it begins with. */
export function withoutPrefix(text: string): string {
  return text.startsWith(mark) ? text.replace(prefix, '') : text;
}

const prefix = new RegExp(`^(?:${mark}\\s*)+`);

function markFor(source: string, range: TextRange, kind: Placeholder['kind']): Piece {
  return {
    mapped: MappedText.standingFor(mark, range),
    hole: { source, name: `\${${source}}`, kind, spliceMark: true },
  };
}
