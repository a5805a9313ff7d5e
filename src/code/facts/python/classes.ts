import type { FieldFacts } from '../facts';
import type { SyntaxNode } from '../javascript/syntax-tree';
import type { ChainValue } from '../values';
import type { FileReader } from './file-reader';
import { type ClassDraft, childOf, type Frame, rangeOf } from './frame';
import { typeText } from './types';

/** Reads classes: what stands in one belongs to it and to its objects alike. */
export class ClassReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(node: SyntaxNode, frame: Frame, decorators: readonly SyntaxNode[], outer: string): void {
    const name = childOf(node, 'name');
    const bases = (childOf(node, 'superclasses')?.children ?? []).flatMap((base) =>
      base.type === 'keyword_argument'
        ? []
        : [this.#file.expressions.value(base.type === 'subscript' ? (base.children[0] ?? base) : base, frame)],
    );
    const chains = bases.filter((base): base is ChainValue => base.kind === 'chain');
    const [first] = chains;
    const draft: ClassDraft = {
      name: outer + (name ? this.#file.text(name) : ''),
      decorators: decorators.flatMap((one) => this.#decorator(one, frame)),
      fields: [],
      methods: [],
      within: frame.id,
      nameRange: rangeOf(name ?? node),
      range: rangeOf(node),
    };
    if (first) draft.extends = first;
    if (chains.length > 1)
      draft.implements = chains.slice(1).map((chain) => this.#file.source.slice(chain.range.start, chain.range.end));
    this.#file.classes.push(draft);
    for (const statement of childOf(node, 'body')?.children ?? []) this.#member(statement, frame, draft);
    this.#file.serializers.class(draft, frame);
    this.#file.genericViews.class(draft, frame);
  }

  #decorator(node: SyntaxNode, frame: Frame): ChainValue[] {
    const [inner] = node.children;
    const value = inner && this.#file.expressions.value(inner, frame);
    return value?.kind === 'chain' ? [value] : [];
  }

  #member(node: SyntaxNode, frame: Frame, draft: ClassDraft, decorators: readonly SyntaxNode[] = []): void {
    const [first] = node.children;
    switch (node.type) {
      case 'decorated_definition': {
        const definition = childOf(node, 'definition');
        const above = node.children.filter(({ type }) => type === 'decorator');
        if (definition) this.#member(definition, frame, draft, above);
        return;
      }
      case 'class_definition':
        this.#file.class(node, frame, decorators, `${draft.name}.`);
        return;
      case 'function_definition': {
        const id = this.#file.function(node, frame, decorators, draft);
        const name = childOf(node, 'name');
        const texts = decorators.map((one) => this.#file.text(one));
        const method = {
          name: name ? this.#file.text(name) : '',
          decorators: decorators.flatMap((one) => this.#decorator(one, frame)),
          function: id,
        };
        if (texts.some((text) => /^@(?:\w+\.)?(?:\w*property|hybrid_property)$/.test(text)))
          draft.methods.push({ ...method, isGetter: true });
        else if (texts.some((text) => /^@(?:static|class)method$/.test(text)))
          draft.methods.push({ ...method, isStatic: true }, method);
        else draft.methods.push(method);
        return;
      }
      case 'expression_statement':
        if (first?.type === 'assignment') this.#field(first, frame, draft);
        return;
      case 'if_statement':
        for (const child of childOf(node, 'consequence')?.children ?? []) this.#member(child, frame, draft);
    }
  }

  /** `title = models.CharField()`, `author: Mapped["User"] = relationship()` */
  #field(node: SyntaxNode, frame: Frame, draft: ClassDraft): void {
    const [left, type, right] = [childOf(node, 'left'), childOf(node, 'type'), childOf(node, 'right')];
    if (left?.type !== 'identifier') return;
    const field: FieldFacts = {
      name: this.#file.text(left),
      ...(type ? { type: typeText(this.#file.text(type)) } : {}),
      ...(right ? { value: this.#file.expressions.value(right, frame) } : {}),
      within: frame.id,
      decorators: [],
      range: rangeOf(left),
    };
    draft.fields.push({ ...field, isStatic: true }, field);
  }
}
