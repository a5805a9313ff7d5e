import type { FileReader } from './file-reader';
import type { ClassDraft, Frame } from './frame';
import { childOf, type RubyNode, rangeOf } from './nodes';
import { addSerialize, isSerializer } from './serializers';

/**
 * Classes and modules. What a class body calls (`belongs_to :author`, `scope :recent, -> { … }`) is told as decorators of
 * the class, and what it sets (`self.table_name = 'articles'`) as static fields.
 */
export class ClassReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  read(node: RubyNode, frame: Frame): void {
    const nameNode = childOf(node, 'name') ?? node;
    const outer = frame.owner ? `${frame.owner.name}::` : '';
    const superclass = childOf(node, 'superclass')?.children[0];
    const base = superclass && this.#file.expressions.value(superclass, frame);
    const draft: ClassDraft = {
      name: `${outer}${this.#file.text(nameNode)}`,
      ...(base?.kind === 'chain' ? { extends: base } : {}),
      decorators: [],
      fields: [],
      methods: [],
      within: 0,
      nameRange: rangeOf(nameNode),
      range: rangeOf(node),
    };
    this.#file.classes.push(draft);
    const inside: Frame = { ...frame, owner: draft, isStatic: false };
    const body = childOf(node, 'body');
    if (!isSerializer(draft)) this.#body(body, inside);
    else {
      this.#body(body, { ...inside, names: [new Set(['object']), ...frame.names], rowName: 'object' });
      addSerialize(draft, this.#file, inside);
    }
  }

  #body(body: RubyNode | undefined, frame: Frame): void {
    const { owner } = frame;
    for (const node of body?.children ?? []) {
      if (node.type === 'singleton_class') this.#body(childOf(node, 'body'), { ...frame, isStatic: true });
      else if (node.type === 'call' && owner) {
        const value = this.#file.expressions.value(node, frame);
        if (value.kind === 'chain') owner.decorators.push(value);
      } else if (node.type === 'assignment' && owner) this.#field(node, frame, owner);
      else this.#file.statements.read(node, frame);
    }
  }

  #field(node: RubyNode, frame: Frame, owner: ClassDraft): void {
    const left = childOf(node, 'left');
    const right = childOf(node, 'right');
    const name = left?.type === 'call' ? childOf(left, 'method') : left;
    if (!name || !right) return;
    const value = this.#file.expressions.value(right, frame);
    const range = rangeOf(name);
    owner.fields.push({ name: this.#file.text(name), isStatic: true, value, within: 0, decorators: [], range });
  }
}
