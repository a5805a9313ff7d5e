import type { DocumentEdit } from '../../nouns/fix';
import { importEdits } from '../batch/text';
import type { TextOf } from '../code-fixes';
import { classBody, targetImport } from './declarations';
import type { FileEdit, MissingAssociation } from './missing-association';

export interface DecoratedProperty {
  /** Of the decorators: `ManyToOne`, `JoinColumn`. */
  readonly names: readonly string[];
  /** `typeorm` */
  readonly from: string;
  decorators(source: string): readonly string[];
}

/** A property with decorators behind the key's own, and the imports that it needs. */
export function decoratedProperty(
  { model, target, name, key }: MissingAssociation,
  textOf: TextOf,
  { names, from, decorators }: DecoratedProperty,
): readonly FileEdit[] | undefined {
  const source = textOf(model.uri);
  const other = textOf(target.uri);
  const column = key.column?.range;
  if (source === undefined || other === undefined || !column || !/\.[cm]?ts$/.test(model.uri)) return undefined;
  const body = classBody(source, model.range.end);
  // A class that stands further down is not there yet when this one is made.
  const isBelow = model.uri === target.uri && target.range.start > model.range.start;
  if (!body || column.start < body.start || column.end > body.end || isBelow) return undefined;
  const line = source.lastIndexOf('\n', column.start) + 1;
  const own = /^([ \t]*)((?:[^\n]*\s)?)([\w$]+)([!?]?):[^\n;{]*(;?)[ \t]*(?=\r?\n)/.exec(source.slice(line, body.end));
  const isTaken = new RegExp(`^[ \\t]*(?:\\w+\\s+)*${name}[!?:(]`, 'm').test(source.slice(body.start, body.end));
  if (!own || own[3] !== key.property || isTaken) return undefined;
  const [text, indent = '', modifiers, , mark, semicolon] = own;
  const declared = /\bdeclare\s+$/.test(modifiers ?? '') ? 'declare ' : '';
  const imports: DocumentEdit[] = [];
  for (const one of names) {
    const edits = importEdits(source, one, from);
    if (!edits) return undefined;
    imports.push(...edits);
  }
  const ofTarget = targetImport(target.name, { uri: model.uri, source }, { uri: target.uri, source: other });
  if (!ofTarget) return undefined;
  const at = line + text.length;
  const lines = [...decorators(source), `${declared}${name}${mark}: ${target.name} | null${semicolon}`];
  const newText = `\n${lines.map((each) => `\n${indent}${each}`).join('')}`;
  return [...imports, ...ofTarget, { range: { start: at, end: at }, newText }].map((edit) => ({
    ...edit,
    uri: model.uri,
  }));
}
