import type { Replaced } from '../../nouns/query-site';
import type { Placeholder } from '../../sql/placeholders';
import { MappedText } from '../../sql/source-map';

/** The text of an expression as far as it is known before the program runs. */
export interface EvaluatedText {
  readonly mapped: MappedText;
  /** What is not constant; a private character stands for each in the text. */
  readonly holes: readonly Placeholder[];
  /** `${isAdmin ? '' : 'AND …'}`: of several texts one was taken, so that a syntax error may be ours. */
  readonly choices: readonly Replaced[];
}

/** A constant text, or a mark that stands for program text whose value is not known. */
export interface Piece {
  readonly mapped: MappedText;
  readonly hole?: Omit<Placeholder, 'range'>;
}

/** `LIMIT $${values.length}`, `'… id = $' + n`: the number of a parameter is not known, that it is one is. */
export function numbersAsParameters(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap((piece, i) => {
    const next = pieces[i + 1];
    const { text } = piece.mapped;
    if (piece.hole === undefined && next?.hole !== undefined && /(?:^|[^$\w])\$$/.test(text)) {
      return text.length > 1 || i === 0 ? [{ mapped: piece.mapped.slice(0, text.length - 1) }] : [];
    }
    const before = pieces[i - 1];
    if (piece.hole === undefined || before?.hole !== undefined || !/(?:^|[^$\w])\$$/.test(before?.mapped.text ?? '')) {
      return [piece];
    }
    const { name: _, ...hole } = piece.hole;
    return [{ ...piece, hole: { ...hole, source: `$${hole.source}`, kind: 'value' as const } }];
  });
}

export function assembled(pieces: readonly Piece[], choices: readonly Replaced[]): EvaluatedText {
  const holes: Placeholder[] = [];
  let length = 0;
  for (const { mapped, hole } of pieces) {
    const start = length;
    length += mapped.text.length;
    if (hole !== undefined) holes.push({ ...hole, range: { start, end: length } });
  }
  return { mapped: MappedText.concat(pieces.map((piece) => piece.mapped)), holes, choices };
}
