import type { TextRange } from '../../../nouns/text-range';
import { nameOf, stringOf } from '../value-access';
import type { ChainValue, Entry, Link, Value } from '../values';
import type { FileReader } from './file-reader';
import { type ClassDraft, emptyDraft, type Frame, type FunctionDraft } from './frame';
import { renderedCall } from './templates/template-calls';
import { isTemplateName, methodOf } from './templates/template-names';

/** Of other bases nobody knows what rows they show. */
const plainBase =
  /^(?:ListView|DetailView|(?:LoginRequired|PermissionRequired|UserPassesTest|Access|SuccessMessage|Context)Mixin|View)$/;

/** What a class-based view of Django shows: a list or one row, under which names. */
export class GenericViewReader {
  readonly #file: FileReader;

  constructor(file: FileReader) {
    this.#file = file;
  }

  /** Its template is called in `get_context_data`, with what that method adds to the rows. */
  class(owner: ClassDraft, frame: Frame): void {
    const bases = [lastOf(owner.extends), ...(owner.implements ?? []).map((base) => base.split('.').at(-1) ?? '')];
    if (!bases.some((base) => /View$/.test(base)) || bases.some((base) => /APIView$/.test(base))) return;
    const kind = bases.some((base) => /ListView$/.test(base))
      ? 'list'
      : bases.includes('DetailView')
        ? 'detail'
        : 'page';
    const isOwn = (name: string) => owner.methods.some((one) => one.name === name);
    const shown = this.#shown(
      owner,
      kind,
      bases.every((base) => plainBase.test(base)),
    );
    const said = stringOf(fieldOf(owner, 'template_name'));
    const template = said ?? (shown?.model === undefined ? undefined : `*/${shown.model.toLowerCase()}_${kind}.html`);
    if (!isTemplateName(template) || isOwn('get_template_names') || isOwn('render_to_response')) return;
    const own = owner.methods.find(({ name }) => name === 'get_context_data');
    const draft = own ? this.#file.functionAt(own.function) : undefined;
    const target = draft ?? this.#made(owner, frame);
    const range = owner.nameRange;
    const added = target.returns.flatMap((value) => this.#file.views.contextOf(value, target, range).entries);
    const entries = [...(shown?.entries ?? []), ...added];
    if (entries.length === 0) return;
    // What nobody wrote is asked for here.
    if (shown?.made) target.uses.push({ chain: shown.made });
    target.uses.push({ chain: renderedCall(template, methodOf(template), { kind: 'object', entries, range }, range) });
  }

  #made(owner: ClassDraft, frame: Frame): FunctionDraft {
    const draft = emptyDraft(`${owner.name}.get_context_data`, owner.range, owner.nameRange);
    draft.parent = frame.id;
    draft.class = owner.name;
    owner.methods.push({
      name: 'get_context_data',
      decorators: [],
      function: this.#file.open(draft, 'self', owner).id,
    });
    return draft;
  }

  /** `object_list`, `post_list`, `page_obj`, `object`, `post`, and the name that the view gives them. */
  #shown(owner: ClassDraft, kind: 'list' | 'detail' | 'page', isPlain: boolean) {
    if (kind === 'page') return undefined;
    const model = fieldOf(owner, 'model');
    const queryset = fieldOf(owner, 'queryset');
    const method = owner.methods.find(({ name }) => name === 'get_queryset');
    const returned = method && this.#file.functionAt(method.function)?.returns[0];
    const name = modelName(model) ?? modelName(queryset) ?? modelName(returned);
    const made = !method && !queryset && isPlain ? rowsOf(model, owner, kind) : undefined;
    const rows = method
      ? chainOf('this', [called('get_queryset', [], owner.nameRange)], owner.nameRange)
      : (queryset ?? made);
    const isFound = owner.methods.some((one) => one.name === 'get_object');
    if (rows?.kind !== 'chain' || (kind === 'detail' && isFound)) return { model: name, entries: [] };
    const isOne = kind === 'detail' && (method !== undefined || queryset !== undefined);
    const value = isOne ? { ...rows, links: [...rows.links, { name: '[]', range: rows.range }] } : rows;
    const names =
      kind === 'detail'
        ? ['object', name?.toLowerCase()]
        : ['object_list', 'page_obj', name === undefined ? undefined : `${name.toLowerCase()}_list`];
    const given = stringOf(fieldOf(owner, 'context_object_name'));
    const entries = [...names, given].flatMap((key): Entry[] =>
      key === undefined ? [] : [{ key, keyRange: owner.nameRange, value }],
    );
    return { model: name, entries, made };
  }
}

/** `model = Post` asks for `Post.objects.all()`, or for one of them. */
function rowsOf(model: Value | undefined, owner: ClassDraft, kind: 'list' | 'detail'): ChainValue | undefined {
  const name = nameOf(model);
  if (!model || name === undefined || !/^[A-Z]/.test(name)) return undefined;
  const { range } = model;
  const end = { start: range.end, end: range.end };
  const links: Link[] = [{ name: 'objects', range: end }];
  if (kind === 'detail') links.push(called('get', [keyOf(range)], end));
  else {
    const order = fieldOf(owner, 'ordering');
    const by = order?.kind === 'array' ? order.elements.map(({ value }) => value) : order ? [order] : [];
    links.push(by.length === 0 ? called('all', [], end) : called('order_by', by, end));
    const size = fieldOf(owner, 'paginate_by');
    if (size) links.push(called('slice', [{ kind: 'literal', value: undefined, range: end }, size], end));
  }
  return chainOf(name, links, range);
}

function keyOf(range: TextRange): Value {
  const value: Value = { kind: 'runtime', source: 'pk', range };
  return { kind: 'object', entries: [{ key: 'pk', keyRange: range, value }], range };
}

function fieldOf({ fields }: ClassDraft, name: string): Value | undefined {
  return fields.find((one) => one.name === name && one.isStatic)?.value;
}

/** `Post` of `Post`, `Post.objects.filter(…)`, `models.Post` is not told. */
function modelName(value: Value | undefined): string | undefined {
  const root = value?.kind === 'chain' ? value.root : undefined;
  return typeof root === 'string' && /^[A-Z]/.test(root) ? root : undefined;
}

function lastOf(chain: ChainValue | undefined): string {
  return chain?.links.at(-1)?.name ?? (typeof chain?.root === 'string' ? chain.root : '');
}

function chainOf(root: string, links: readonly Link[], range: TextRange): ChainValue {
  return { kind: 'chain', root, rootRange: range, links, range };
}

function called(name: string, values: readonly Value[], range: TextRange): Link {
  return { name, range, arguments: values, argumentsRange: range };
}
