import type { TextRange } from '../../../../nouns/text-range';
import type { ChainValue, ObjectValue } from '../../values';

/** The name in a template's facts of all that it is given. */
export const contextName = '*';

/** A template that is rendered, as a call of its method: of the class that it is, with what it is given. */
export function renderedCall(template: string, method: string, context: ObjectValue, range: TextRange): ChainValue {
  const argumentsRange = { start: range.end, end: range.end };
  const links = [{ name: method, range, arguments: [context], argumentsRange }];
  return { kind: 'chain', root: template, rootRange: { start: range.start, end: range.start }, links, range };
}
