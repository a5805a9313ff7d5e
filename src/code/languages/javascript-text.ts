import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../nouns/text-range';
import type { Placeholder } from '../../sql/placeholders';
import { MappedText } from '../../sql/source-map';
import { Definitions } from './javascript-definitions';
import { decodeEscape } from './javascript-escapes';

/** The text of an expression as far as it is known before the program runs. */
export interface EvaluatedText {
  readonly mapped: MappedText;
  /** What is not constant; a private character stands for each in the text. */
  readonly holes: readonly Placeholder[];
}

/** One private character, which SQL takes for a letter. */
const mark = '\ue000';

/** Constants are followed through this many definitions. */
const deepest = 8;

interface Piece {
  readonly mapped: MappedText;
  readonly hole?: Omit<Placeholder, 'range'>;
}

/** Functions of SQL tags whose argument becomes part of the text: `Prisma.raw(x)`, `sql.ref('a.b')`. */
const pasteFunctions = /(?:^|\.)(?:raw|unsafe|ref|table|id|identifier|column|lit|literalColumn|empty|join|names?)$/;
const sqlTags = /(?:^|\.)(?:sql|SQL|pgsql|psql|fragment|unsafe|\$queryRaw|\$executeRaw)$/;

export class TextEvaluator {
  readonly #text: string;
  readonly #definitions: Definitions;

  constructor(text: string, root: Node) {
    this.#text = text;
    this.#definitions = new Definitions(text, root);
  }

  /** Undefined when nothing of the text is known. `binds`: expressions in a template are values, as in sql`…`. */
  evaluate(expression: Node, binds: boolean): EvaluatedText | undefined {
    const target = this.#configText(this.#follow(expression));
    const pieces = this.#pieces(target, binds, 0);
    if (pieces.length === 0 || pieces[0]?.hole !== undefined) return undefined;
    const holes: Placeholder[] = [];
    let length = 0;
    for (const { mapped, hole } of pieces) {
      const start = length;
      length += mapped.text.length;
      if (hole !== undefined) holes.push({ ...hole, range: { start, end: length } });
    }
    return { mapped: MappedText.concat(pieces.map((piece) => piece.mapped)), holes };
  }

  /** From `text` to the `"SELECT …"` of `const text = "SELECT …"`. */
  #follow(expression: Node): Node {
    let node = unwrap(expression);
    for (let depth = 0; depth < deepest; depth++) {
      const value = this.#definitions.valueOf(node);
      if (value === undefined) return node;
      node = unwrap(value);
    }
    return node;
  }

  /** `query({ text: 'SELECT …', values })` */
  #configText(node: Node): Node {
    if (node.type === 'new_expression') {
      const first = node.childForFieldName('arguments')?.namedChildren[0];
      return first === null || first === undefined ? node : this.#configText(this.#follow(first));
    }
    if (node.type !== 'object') return node;
    for (const name of ['text', 'sql', 'query']) {
      const value = this.#definitions.property(node, name);
      if (value !== undefined) return this.#follow(value);
    }
    return node;
  }

  #pieces(expression: Node, binds: boolean, depth: number): Piece[] {
    const node = unwrap(expression);
    switch (node.type) {
      case 'string':
      case 'template_string':
        return this.#literal(node, binds, depth);
      case 'number':
        return [{ mapped: MappedText.standingFor(node.text, rangeOf(node)) }];
      case 'binary_expression':
        return this.#binary(node, binds, depth);
      case 'call_expression':
        return this.#call(node, binds, depth);
      case 'identifier':
      case 'member_expression':
        return this.#constant(node, binds, depth);
      case 'ternary_expression':
        return this.#ternary(node, binds, depth);
      default:
        return [this.#hole(node, binds ? 'value' : 'spliced')];
    }
  }

  #literal(node: Node, binds: boolean, depth: number): Piece[] {
    const pieces: Piece[] = [];
    const end = node.text.length > 1 ? node.endIndex - 1 : node.endIndex;
    let at = node.startIndex + 1;
    const verbatim = (to: number) => {
      if (to > at) pieces.push({ mapped: MappedText.verbatim(this.#text.slice(at, to), at) });
    };
    for (const child of node.namedChildren) {
      if (child === null || child.startIndex < at) continue;
      if (child.type === 'escape_sequence') {
        verbatim(child.startIndex);
        pieces.push({ mapped: MappedText.standingFor(decodeEscape(child.text), rangeOf(child)) });
        at = child.endIndex;
      } else if (child.type === 'template_substitution') {
        verbatim(child.startIndex);
        pieces.push(...this.#substitution(child, binds, depth));
        at = child.endIndex;
      }
    }
    verbatim(end);
    return pieces.length > 0 ? pieces : [{ mapped: MappedText.verbatim('', at) }];
  }

  #substitution(substitution: Node, binds: boolean, depth: number): Piece[] {
    const inner = substitution.namedChildren.find((child) => child !== null && child.type !== 'comment');
    if (inner === null || inner === undefined) return [this.#hole(substitution, 'spliced')];
    const pieces = this.#pieces(inner, binds, depth + 1);
    // A constant stands where its `${…}` is, not where it is defined.
    return pieces.map((piece) => this.#at(piece, rangeOf(substitution), isFragment(unwrap(inner))));
  }

  #at(piece: Piece, range: TextRange, isInPlace: boolean): Piece {
    if (isInPlace) return piece;
    return { ...piece, mapped: MappedText.standingFor(piece.mapped.text, range) };
  }

  #binary(node: Node, binds: boolean, depth: number): Piece[] {
    const left = node.childForFieldName('left');
    const right = node.childForFieldName('right');
    const operator = node.childForFieldName('operator')?.type;
    if (left === null || right === null) return [this.#hole(node, 'spliced')];
    if (operator === '+') return [...this.#operand(left, binds, depth), ...this.#operand(right, binds, depth)];
    // sql<Row>`SELECT …` is read as two comparisons.
    if (operator === '>' && right.type === 'template_string') return this.#literal(right, true, depth);
    if ((operator === '||' || operator === '??') && isText(unwrap(right))) return this.#pieces(right, binds, depth);
    return [this.#hole(node, binds ? 'value' : 'spliced')];
  }

  #operand(node: Node, binds: boolean, depth: number): Piece[] {
    const inner = unwrap(node);
    const pieces = this.#pieces(inner, binds, depth + 1);
    const isNamed = inner.type === 'identifier' || inner.type === 'member_expression';
    return isNamed ? pieces.map((piece) => this.#at(piece, rangeOf(inner), false)) : pieces;
  }

  #call(node: Node, binds: boolean, depth: number): Piece[] {
    const callee = node.childForFieldName('function');
    const list = node.childForFieldName('arguments');
    const name = callee === null ? '' : callee.text.slice(-60).replace(/<[^<>]*>$/, '');
    if (list?.type === 'template_string') {
      const isTag = sqlTags.test(name) || /\bsql\.type(?:Alias)?\(/.test(name);
      return this.#literal(list, isTag || (binds && !/raw$/i.test(name)), depth);
    }
    const receiver = callee?.childForFieldName('object') ?? undefined;
    const method = callee?.childForFieldName('property')?.text;
    if (receiver !== undefined && method === 'join') {
      const joined = this.#join(unwrap(receiver), list, binds, depth);
      if (joined !== undefined) return joined;
    }
    if (
      receiver !== undefined &&
      method !== undefined &&
      /^(?:trim|trimStart|trimEnd|toString|toLowerCase|replace|replaceAll|compile|execute)$/.test(method)
    ) {
      const inner = this.#pieces(receiver, binds, depth + 1);
      if (inner[0]?.hole === undefined) return inner;
    }
    if (binds && /^(?:sql|Prisma|SQL|this\.sql|t|pgp?)\b/.test(name) && pasteFunctions.test(name)) {
      return this.#pasted(node, name, list, depth);
    }
    const isHelper = binds && /(?:^|\.)sql$/.test(name);
    return [this.#hole(node, binds && !isHelper ? 'value' : 'spliced')];
  }

  /** `Prisma.raw('now()')` is text, `Prisma.join(ids)` a list of values. */
  #pasted(node: Node, name: string, list: Node | null, depth: number): Piece[] {
    if (/(?:^|\.)join$/.test(name)) return [this.#hole(node, 'value')];
    const first = list?.namedChildren[0];
    if (first !== null && first !== undefined && /(?:^|\.)(?:raw|unsafe|ref|table|id)$/.test(name)) {
      const inner = this.#pieces(first, false, depth + 1);
      if (inner.length > 0 && inner.every((piece) => piece.hole === undefined)) return inner;
    }
    return [this.#hole(node, 'spliced')];
  }

  /** ['SELECT *', 'FROM posts'].join(' ') */
  #join(receiver: Node, list: Node | null, binds: boolean, depth: number): Piece[] | undefined {
    const array = receiver.type === 'array' ? receiver : this.#definitions.valueOf(receiver);
    const separator = list?.namedChildren[0];
    if (array?.type !== 'array') return undefined;
    const text =
      separator === null || separator === undefined
        ? ','
        : this.#pieces(separator, false, depth + 1)
            .map((piece) => piece.mapped.text)
            .join('');
    const pieces: Piece[] = [];
    array.namedChildren.forEach((element) => {
      if (element === null || element.type === 'comment') return;
      const before = { start: element.startIndex, end: element.startIndex };
      if (pieces.length > 0) pieces.push({ mapped: MappedText.standingFor(text, before) });
      pieces.push(...this.#operand(element, binds, depth));
    });
    return pieces;
  }

  #constant(node: Node, binds: boolean, depth: number): Piece[] {
    if (/^Prisma\.empty$/.test(node.text)) return [{ mapped: MappedText.standingFor('', rangeOf(node)) }];
    const value = depth < deepest ? this.#definitions.valueOf(node) : undefined;
    if (value !== undefined) {
      const pieces = this.#pieces(value, binds, depth + 1);
      const isConstant = isText(unwrap(value)) && pieces.every((piece) => piece.hole === undefined);
      if (isConstant || isFragment(unwrap(value)) || (!binds && pieces[0]?.hole === undefined)) {
        return isQuotedValue(value, binds) ? [this.#hole(node, 'value')] : pieces;
      }
    }
    return [this.#hole(node, binds ? 'value' : 'spliced')];
  }

  /** Of the alternatives that are text, the longer one: most often the other is empty. */
  #ternary(node: Node, binds: boolean, depth: number): Piece[] {
    const parts = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
    const alternatives = parts
      .filter((part) => part !== null)
      .filter((part) => (binds ? isFragment(unwrap(part)) : isText(unwrap(part)) || isFragment(unwrap(part))))
      .map((part) => this.#pieces(part, binds, depth + 1));
    const size = (pieces: readonly Piece[]) => pieces.reduce((sum, piece) => sum + piece.mapped.text.length, 0);
    alternatives.sort((a, b) => size(b) - size(a));
    const [longest] = alternatives;
    if (longest === undefined) return [this.#hole(node, binds ? 'value' : 'spliced')];
    return longest;
  }

  #hole(node: Node, kind: Placeholder['kind']): Piece {
    const inner = node.parent?.type === 'template_substitution' ? node.parent : node;
    const source = inner === node ? node.text : inner.text;
    return {
      mapped: MappedText.standingFor(mark, rangeOf(inner)),
      hole: { source, name: `\${${node.text}}`, kind, spliceMark: true },
    };
  }
}

/** Parentheses and types say nothing about the text. */
function unwrap(node: Node): Node {
  let inner = node;
  while (
    /^(?:parenthesized_expression|as_expression|satisfies_expression|non_null_expression|await_expression)$/.test(
      inner.type,
    )
  ) {
    const child = inner.namedChildren.find((each) => each !== null && each.type !== 'comment');
    if (child === null || child === undefined) return inner;
    inner = child;
  }
  return inner;
}

function isText(node: Node): boolean {
  return node.type === 'string' || node.type === 'template_string' || node.type === 'number';
}

/** sql`…` within a template. */
function isFragment(node: Node): boolean {
  return (
    node.type === 'template_string' ||
    (node.type === 'call_expression' && node.childForFieldName('arguments')?.type === 'template_string')
  );
}

/** In sql`…${name}…` a constant string is still sent as a value. */
function isQuotedValue(value: Node, binds: boolean): boolean {
  return binds && isText(unwrap(value));
}

function rangeOf(node: Node): TextRange {
  return { start: node.startIndex, end: node.endIndex };
}
