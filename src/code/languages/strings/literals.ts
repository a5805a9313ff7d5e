import type { Node } from 'web-tree-sitter';
import type { TextRange } from '../../../nouns/text-range';
import { decodeEscape } from '../javascript-escapes';
import type { LiteralPart } from './syntax';

/** What stands for other text in a literal. */
export interface Escapes {
  readonly pattern: RegExp;
  decode(sequence: string): string;
}

/** `\n`, `\x41`, `\u0041`, `\U0001f600`, `\101`; a backslash at the end of a line joins the lines. */
export const backslashes: Escapes = {
  pattern: /\\(?:\r?\n[ \t]*|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|U[0-9a-fA-F]{8}|[0-7]{1,3}|[\s\S])/g,
  decode(sequence) {
    const long = /^\\U([0-9a-fA-F]{8})$/.exec(sequence)?.[1];
    if (long !== undefined) return decodeEscape(`\\u{${long}}`);
    const octal = /^\\([0-7]{1,3})$/.exec(sequence)?.[1];
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return decodeEscape(sequence);
  },
};

/** The same where a backslash before any other character stays: Python, PHP. */
export const knownBackslashes: Escapes = {
  pattern: /\\(?:\r?\n|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]+\}|U[0-9a-fA-F]{8}|[0-7]{1,3}|["'\\$abefnrtv])/g,
  decode: (sequence) => backslashes.decode(sequence),
};

/** 'it\'s': nothing else is escaped. */
export const quoteBackslashes: Escapes = { pattern: /\\['\\]/g, decode: (sequence) => sequence.slice(1) };

/** `""` in @"…", `{{` in a text with interpolation. */
export function doubled(...pairs: readonly string[]): Escapes {
  const any = pairs.map((pair) => pair.replace(/[^\w"']/g, '\\$&')).join('|');
  return { pattern: new RegExp(any, 'g'), decode: (sequence) => sequence.slice(sequence.length / 2) };
}

export function both(one: Escapes, other: Escapes): Escapes {
  return {
    pattern: new RegExp(`${one.pattern.source}|${other.pattern.source}`, 'g'),
    decode: (sequence) => (sequence.startsWith('\\') ? one : other).decode(sequence),
  };
}

/** An expression in a literal, with its braces. */
export interface Interpolation {
  readonly range: TextRange;
  readonly expression: Node;
}

/** The parts of a literal's inside. */
export function literalParts(
  text: string,
  inside: TextRange,
  { escapes, interpolations = [] }: { readonly escapes?: Escapes; readonly interpolations?: readonly Interpolation[] },
): LiteralPart[] {
  const parts: LiteralPart[] = [];
  let at = inside.start;
  const plain = (end: number) => {
    if (escapes !== undefined) {
      for (const match of text.slice(at, end).matchAll(escapes.pattern)) {
        const start = at + match.index;
        const from = parts.at(-1)?.range.end ?? inside.start;
        if (start > from) parts.push({ range: { start: from, end: start } });
        parts.push({ range: { start, end: start + match[0].length }, text: escapes.decode(match[0]) });
      }
    }
    const from = parts.at(-1)?.range.end ?? inside.start;
    if (end > from) parts.push({ range: { start: from, end } });
  };
  for (const { range, expression } of interpolations) {
    plain(range.start);
    parts.push({ range, expression });
    at = range.end;
  }
  plain(inside.end);
  return parts.length > 0 ? parts : [{ range: { start: inside.start, end: inside.start } }];
}

/** Without the quotes at both ends; a half-typed literal has only the first. */
export function insideQuotes(node: Node, opening: number, closing: number): TextRange {
  const start = Math.min(node.startIndex + opening, node.endIndex);
  return { start, end: Math.max(start, node.endIndex - closing) };
}
