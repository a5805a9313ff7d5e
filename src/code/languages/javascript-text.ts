import type { Node } from 'web-tree-sitter';
import type { Replaced } from '../../nouns/query-site';
import type { TextRange } from '../../nouns/text-range';
import type { Placeholder } from '../../sql/placeholders';
import { MappedText } from '../../sql/source-map';
import { Definitions } from './javascript-definitions';
import { decodeEscape } from './javascript-escapes';
import { LibraryTexts, mark } from './javascript-library-texts';
import { isFragment, isText, rangeOf, unwrap } from './javascript-nodes';
import { assembled, type EvaluatedText, numbersAsParameters, type Piece } from './javascript-pieces';
import { wildcardsOf } from './javascript-wildcards';

/** Constants are followed through this many definitions. */
const deepest = 8;

/** Functions of SQL tags whose argument becomes part of the text: `Prisma.raw(x)`, `sql.ref('a.b')`. */
const pasteFunctions = /(?:^|\.)(?:raw|unsafe|ref|table|id|identifier|column|lit|literalColumn|empty|join|names?)$/;
const sqlTags = /(?:^|\.)(?:sql|SQL|pgsql|psql|fragment|unsafe|\$queryRaw|\$executeRaw)$/;

export class TextEvaluator {
  readonly definitions: Definitions;
  /** Some literal begins or ends with `%`. */
  readonly hasWildcards: boolean;
  readonly #text: string;
  readonly #tagNames: ReadonlySet<string>;
  readonly #libraries: LibraryTexts;
  #choices: Replaced[] = [];

  /** `tagNames`: SQL tags of this file besides the usual ones. */
  constructor(text: string, root: Node, tagNames: ReadonlySet<string> = new Set()) {
    this.#text = text;
    this.#tagNames = tagNames;
    this.definitions = new Definitions(text, root);
    this.#libraries = new LibraryTexts(text, this.definitions, (node, binds, depth) =>
      this.#operand(node, binds, depth),
    );
    this.hasWildcards = /["'`]%|%["'`]/.test(text);
  }

  /**
   * The texts that the expression may have: one for each value that a variable is given, none when nothing of them is
   * known. `binds`: expressions in a template are values, as in sql`…`.
   */
  evaluate(expression: Node, binds: boolean): EvaluatedText[] {
    const target = this.#configText(this.#follow(expression));
    return this.#ways(target, binds).flatMap((way) => {
      this.#choices = [];
      const pieces = numbersAsParameters(way());
      return pieces.length === 0 || pieces[0]?.hole !== undefined ? [] : [assembled(pieces, this.#choices)];
    });
  }

  /** Each way to get at a text, evaluated when it is asked. */
  #ways(target: Node, binds: boolean): (() => Piece[])[] {
    if (target.type === 'ternary_expression' && !binds) {
      const parts = [target.childForFieldName('consequence'), target.childForFieldName('alternative')];
      return parts.flatMap((part) => (part === null ? [] : this.#ways(this.#follow(part), binds)));
    }
    const history = this.definitions.history(target);
    if (history === undefined) {
      return [() => [...this.#pieces(target, binds, 0), ...this.#appendedLater(target)]];
    }
    return history.starts.map((start) => () => {
      const added = history.added.flatMap(({ value, isSure }) =>
        isSure ? this.#operand(value, binds, 1) : this.#clause(value),
      );
      return [...this.#pieces(start, binds, 1), ...added];
    });
  }

  /** `const query = SQL`…`; query.append(…)`: more may follow. */
  #appendedLater(tag: Node): Piece[] {
    const declarator = tag.type === 'call_expression' ? tag.parent : null;
    const name = declarator?.type === 'variable_declarator' ? declarator.childForFieldName('name')?.text : undefined;
    if (name === undefined || !/^\w+$/.test(name)) return [];
    return new RegExp(`(?<![.\\w$])${name}\\s*\\.append\\(`).test(this.#text) ? [this.#hole(tag, 'spliced')] : [];
  }

  /** From `text` to the `"SELECT …"` of `const text = "SELECT …"`. */
  #follow(expression: Node): Node {
    let node = unwrap(expression);
    for (let depth = 0; depth < deepest; depth++) {
      const value = this.definitions.valueOf(node);
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
      const value = this.definitions.property(node, name);
      if (value !== undefined) return this.#follow(value);
    }
    // `query({ ...config, values })`
    for (const child of node.namedChildren) {
      const spread = child?.type === 'spread_element' ? child.namedChildren[0] : undefined;
      const config = spread ? this.#follow(spread) : undefined;
      const text = config?.type === 'object' ? this.#configText(config) : undefined;
      if (text !== undefined && text !== config) return text;
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
    // In sql`…` a plain text is a value, also `%${term}%`.
    if (binds && isText(inner) && inner.type !== 'number') return [this.#hole(inner, 'value')];
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
    if (operator === '+') {
      const pieces = [...this.#operand(left, binds, depth), ...this.#operand(right, binds, depth)];
      // `${page + 1}` adds numbers.
      const isSum = pieces.every(({ mapped, hole }) => hole !== undefined || /^\d*$/.test(mapped.text));
      return isSum ? [this.#hole(node, binds ? 'value' : 'spliced')] : pieces;
    }
    // sql<Row>`SELECT …` is read as two comparisons.
    if (operator === '>' && right.type === 'template_string') return this.#literal(right, true, depth);
    if ((operator === '||' || operator === '??') && isText(unwrap(right)) && !binds) {
      this.#choices.push({ source: node.text, range: rangeOf(node) });
      return this.#pieces(right, binds, depth);
    }
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
    const given = list?.namedChildren.filter((each) => each !== null) ?? [];
    const promised = this.#libraries.pgPromise(node, name, given, depth);
    if (promised !== undefined) return promised;
    const receiver = callee?.childForFieldName('object') ?? undefined;
    const method = callee?.childForFieldName('property')?.text;
    if (receiver !== undefined && method === 'append') {
      const first = list?.namedChildren[0];
      const before = this.#pieces(receiver, true, depth + 1);
      if (before[0]?.hole === undefined && first !== null && first !== undefined) {
        const isKnown = isText(unwrap(first)) || isFragment(unwrap(first));
        return [...before, ...(isKnown ? this.#operand(first, !isText(unwrap(first)), depth) : this.#clause(first))];
      }
    }
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
    const written = binds ? this.#libraries.slonik(node, name, given) : undefined;
    if (written !== undefined) return written;
    if (binds && /^(?:sql|Prisma|SQL|this\.sql|t|pgp?)\b/.test(name) && pasteFunctions.test(name)) {
      return this.#pasted(node, name, list, depth);
    }
    const isHelper = binds && (/(?:^|\.)sql$/.test(name) || this.#tagNames.has(name));
    const helped = isHelper ? this.#libraries.postgres(node, given) : undefined;
    return helped ?? [this.#hole(node, binds && !isHelper ? 'value' : 'spliced')];
  }

  /** `Prisma.raw('now()')` is text, `Prisma.join(ids)` a list of values. */
  #pasted(node: Node, name: string, list: Node | null, depth: number): Piece[] {
    if (/(?:^|\.)join$/.test(name)) return this.#libraries.joined(list, depth) ?? [this.#hole(node, 'value')];
    const first = list?.namedChildren[0];
    if (first !== null && first !== undefined && /(?:^|\.)(?:raw|unsafe|ref|table|id)$/.test(name)) {
      const inner = this.#pieces(first, false, depth + 1);
      if (inner.length > 0 && inner.every((piece) => piece.hole === undefined)) return inner;
    }
    return [this.#hole(node, 'spliced')];
  }

  /** Text that comes only sometimes. */
  #clause(node: Node): Piece[] {
    const space = { mapped: MappedText.standingFor(' ', { start: node.startIndex, end: node.startIndex }) };
    return [space, this.#hole(node, 'spliced'), space];
  }

  /** ['SELECT *', 'FROM posts'].join(' ') */
  #join(receiver: Node, list: Node | null, binds: boolean, depth: number): Piece[] | undefined {
    const array = receiver.type === 'array' ? receiver : this.definitions.valueOf(receiver);
    const separator = list?.namedChildren[0];
    if (array?.type !== 'array') return undefined;
    const grows = receiver !== array && this.definitions.isMutated(receiver);
    if (grows && array.namedChildCount === 0) return undefined;
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
    if (grows) pieces.push(...this.#clause(receiver));
    return pieces;
  }

  #constant(node: Node, binds: boolean, depth: number): Piece[] {
    if (/^Prisma\.empty$/.test(node.text)) return [{ mapped: MappedText.standingFor('', rangeOf(node)) }];
    const value = depth < deepest ? this.definitions.valueOf(node) : undefined;
    if (value !== undefined) {
      const pieces = this.#pieces(value, binds, depth + 1);
      const isConstant = isText(unwrap(value)) && pieces.every((piece) => piece.hole === undefined);
      if (
        isConstant ||
        isFragment(unwrap(value)) ||
        isChoiceOfFragments(unwrap(value)) ||
        (!binds && pieces[0]?.hole === undefined)
      ) {
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
      .filter((part) => isFragment(unwrap(part)) || (!binds && (isText(unwrap(part)) || isFormatted(unwrap(part)))))
      .map((part) => this.#pieces(part, binds, depth + 1));
    const size = (pieces: readonly Piece[]) => pieces.reduce((sum, piece) => sum + piece.mapped.text.length, 0);
    alternatives.sort((a, b) => size(b) - size(a));
    const [longest] = alternatives;
    if (longest === undefined) return [this.#hole(node, binds ? 'value' : 'spliced')];
    this.#choices.push({ source: node.text, range: rangeOf(node) });
    return longest;
  }

  #hole(node: Node, kind: Placeholder['kind']): Piece {
    const inner = node.parent?.type === 'template_substitution' ? node.parent : node;
    const source = inner === node ? node.text : inner.text;
    const wildcards = kind === 'value' && this.hasWildcards ? wildcardsOf(node, this.definitions) : undefined;
    return {
      mapped: MappedText.standingFor(mark, rangeOf(inner)),
      hole: { source, name: `\${${node.text}}`, kind, spliceMark: true, ...(wildcards && { wildcards }) },
    };
  }
}

/** `pgp.as.format('WHERE id = $1', id)` */
function isFormatted(node: Node): boolean {
  return node.type === 'call_expression' && /(?:^|\.)as\.format$/.test(node.childForFieldName('function')?.text ?? '');
}

/** `role ? sql`AND …` : sql```, and what sql.join puts together. */
function isChoiceOfFragments(node: Node): boolean {
  if (node.type === 'call_expression')
    return /^sql\.(?:join|identifier)$/.test(node.childForFieldName('function')?.text ?? '');
  if (node.type !== 'ternary_expression') return false;
  const parts = [node.childForFieldName('consequence'), node.childForFieldName('alternative')];
  return parts.some((part) => part !== null && unwrap(part).type === 'call_expression' && isFragment(unwrap(part)));
}

/** In sql`…${name}…` a constant string is still sent as a value. */
function isQuotedValue(value: Node, binds: boolean): boolean {
  return binds && isText(unwrap(value));
}
