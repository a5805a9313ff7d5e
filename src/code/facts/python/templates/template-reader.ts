import type { SourceDocument } from '../../../../nouns/query-site';
import type { TextRange } from '../../../../nouns/text-range';
import type { FileFacts } from '../../facts';
import type { ChainValue } from '../../values';
import { type ClassDraft, emptyDraft, type FunctionDraft } from '../frame';
import { type Expression, TemplateExpression } from './expressions';
import { boundIn } from './tag-texts';
import { type Tag, tagsOf } from './tags';
import { TemplateBody } from './template-body';
import { layoutOf, methodOf } from './template-names';

/**
 * One template: a class with one static method, that of its name, which gets the view's context and runs what the template
 * does: its loops, what it reads of rows, the templates that it includes and extends. `{{ post.comments.count }}` is a call.
 */
export class TemplateReader {
  readonly #document: SourceDocument;
  readonly #template: string;
  readonly #tags: readonly Tag[];
  /** Names that any tag binds: elsewhere the same name is the view's. */
  readonly #bound: ReadonlySet<string>;
  readonly #functions: FunctionDraft[] = [];
  #decisions = 0;

  constructor(document: SourceDocument, template: string) {
    this.#document = document;
    this.#template = template;
    this.#tags = tagsOf(document.text);
    this.#bound = new Set(this.#tags.flatMap((tag) => boundIn(tag.name, this.text(tag))));
  }

  facts(): FileFacts {
    const { uri, languageId, text } = this.#document;
    const range = { start: 0, end: text.length };
    const nameRange = { start: 0, end: 0 };
    this.#functions.push(emptyDraft('', range, nameRange));
    const none: Pick<ClassDraft, 'decorators' | 'fields'> = { decorators: [], fields: [] };
    const owner: ClassDraft = { ...none, name: this.#template, methods: [], within: 0, nameRange, range };
    const isBlocked = this.#tags.some(({ name }) => name === 'block');
    this.#method(owner, methodOf(this.#template), false);
    if (isBlocked) this.#method(owner, layoutOf(this.#template), true);
    return { uri, languageId, imports: [], exports: [], classes: [owner], functions: this.#functions };
  }

  text({ start, end }: TextRange): string {
    return this.#document.text.slice(start, end);
  }

  nextDecision(): number {
    return this.#decisions++;
  }

  #method(owner: ClassDraft, name: string, isLayout: boolean): void {
    const draft = emptyDraft(`${owner.name}.${name}`, owner.range, owner.nameRange);
    draft.parent = 0;
    draft.class = owner.name;
    owner.methods.push({ name, decorators: [], function: this.#functions.push(draft) - 1, isStatic: true });
    const body = new TemplateBody(this, draft, this.#bound, this.#template);
    const isExtending = this.#tags.some((tag) => tag.name === 'extends');
    let blocks = 0;
    for (const tag of this.#tags) {
      if (tag.name === 'block') blocks++;
      else if (tag.name === 'endblock') blocks--;
      // Of a template that extends another one only the blocks are shown.
      else if (tag.name === 'extends' || (isLayout ? blocks === 0 && !isExtending : blocks > 0 || !isExtending))
        body.tag(tag);
    }
    body.end(this.#document.text.length);
  }

  expression(start: number, end: number, rootOf: (name: string, at: number) => ChainValue): Expression {
    return new TemplateExpression(this.#document.text, start, end, rootOf).read();
  }
}
