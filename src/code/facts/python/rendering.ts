import type { TextRange } from '../../../nouns/text-range';
import { entry, nameOf, stringOf } from '../value-access';
import type { ChainValue, Entry, ObjectValue, Spread, Value } from '../values';
import type { Frame, FunctionDraft } from './frame';
import { boundTo, unpaged } from './pages';
import { renderedCall } from './templates/template-calls';
import { isTemplateName, methodOf } from './templates/template-names';

/** Functions that are given a template's name and what it shows. */
const renders =
  /^(?:a?render|render_to_string|render_to_response|render_template|TemplateResponse|SimpleTemplateResponse)$/;

/** `get_template('blog/list.html')`, `env.get_template(…)`, `loader.select_template(…)` */
const loadsTemplate = /^(?:get_template|select_template)$/;

const mostSteps = 5;

/** Where a value stands that is written to a dict: `context['posts'] = posts`. */
interface Written {
  readonly name: string;
  readonly entry: Entry;
}

/** What views render, as calls of their templates with what these are given. */
export class ViewReader {
  /** `context['posts'] = posts`, by function. */
  readonly #written = new WeakMap<FunctionDraft, Written[]>();

  /** `context['posts'] = posts` */
  wrote(target: ChainValue, value: Value, { draft, branch }: Frame): void {
    const [link] = target.links;
    if (typeof target.root !== 'string' || !link || target.links.length !== 1) return;
    const entry: Entry = { key: link.name, keyRange: link.range, value, ...(branch ? { branch } : {}) };
    const known = this.#written.get(draft) ?? [];
    known.push({ name: target.root, entry });
    this.#written.set(draft, known);
  }

  /** `render(request, 'blog/list.html', { 'posts': posts })`: the template is called. */
  call(chain: ChainValue, frame: Frame): void {
    const { draft, loop, branch } = frame;
    const found = rendered(chain, frame);
    if (!found) return;
    const context = this.contextOf(found.context, draft, found.range);
    const own = renderedCall(found.template, methodOf(found.template), context, found.range);
    draft.uses.push({ chain: own, ...(loop === undefined ? {} : { loop }), ...(branch ? { branch } : {}) });
  }

  /** All that is known of a context: a dict, what was written to it later, what a method of the base adds to it. */
  contextOf(value: Value | undefined, draft: FunctionDraft, range: TextRange): ObjectValue {
    const entries: Entry[] = [];
    const spreads: Spread[] = [];
    this.#collect(value, draft, { entries, spreads }, 0);
    return { kind: 'object', entries, ...(spreads.length > 0 ? { open: true as const, spreads } : {}), range };
  }

  #collect(
    value: Value | undefined,
    draft: FunctionDraft,
    to: { entries: Entry[]; spreads: Spread[] },
    steps: number,
  ): void {
    if (!value || steps > mostSteps) return;
    if (value.kind === 'object') {
      for (const { value: inner } of value.spreads ?? []) this.#collect(inner, draft, to, steps + 1);
      to.entries.push(...value.entries.map((one) => ({ ...one, value: unpaged(one.value, draft) })));
      return;
    }
    if (value.kind !== 'chain') return;
    const name = nameOf(value);
    const last = value.links.at(-1);
    if (name === undefined) {
      // `super().get_context_data(posts=posts, **kwargs)`, `dict(posts=posts)`
      if (last?.arguments && (last.name === 'get_context_data' || value.root === 'dict'))
        this.#collect(last.arguments.at(-1), draft, to, steps + 1);
      else if (value.root === 'locals') to.entries.push(...localsOf(draft));
      return;
    }
    const bound = draft.bindings.filter(({ pattern }) => pattern.name === name);
    for (const one of bound) this.#collect(one.value, draft, to, steps + 1);
    for (const written of this.#written.get(draft) ?? [])
      if (written.name === name) to.entries.push({ ...written.entry, value: unpaged(written.entry.value, draft) });
    for (const { chain } of draft.uses) {
      const [link] = chain.links;
      if (chain.root === name && chain.links.length === 1 && link?.name === 'update')
        this.#collect(link.arguments?.at(-1), draft, to, steps + 1);
    }
  }
}

interface Rendered {
  readonly template: string;
  readonly context: Value | undefined;
  readonly range: TextRange;
}

function rendered({ root, rootRange, links, range }: ChainValue, frame: Frame): Rendered | undefined {
  const { draft } = frame;
  const last = links.findLastIndex((link) => link.arguments);
  const link = links[last];
  if (!link?.arguments) return undefined;
  const name = link.name === '' && last === 0 && typeof root === 'string' ? root : link.name;
  const [first, second] = link.arguments;
  if (link.name === 'render') {
    const loaded = loadedTemplate({ kind: 'chain', root, rootRange, links: links.slice(0, last), range }, draft);
    if (loaded !== undefined) return { template: loaded, context: first, range };
  }
  if (!renders.test(name)) return undefined;
  const options = link.arguments.findLast((one) => one.kind === 'object');
  const at = [first, second].findIndex((one) => isTemplateName(textOf(one, frame)));
  const template =
    textOf(link.arguments[at], frame) ?? stringOf(entry(options, 'template_name')) ?? stringOf(entry(options, 'name'));
  if (!isTemplateName(template)) return undefined;
  // Flask passes what it shows by keywords.
  const context = entry(options, 'context') ?? (at < 0 ? undefined : link.arguments[at + 1]);
  return { template, context, range };
}

/** `'blog/list.html'`, `self.template_name` */
function textOf(value: Value | undefined, { class: owner }: Frame): string | undefined {
  const [link] = value?.kind === 'chain' && value.root === 'this' && value.links.length === 1 ? value.links : [];
  return stringOf(link ? owner?.fields.find(({ name }) => name === link.name)?.value : value);
}

/** Of `get_template('blog/list.html')`, also by a name. */
function loadedTemplate(value: ChainValue, draft: FunctionDraft): string | undefined {
  const loaded = boundTo(value, draft);
  const last = loaded?.links.at(-1);
  const callee = last?.name === '' ? loaded?.root : last?.name;
  const template = stringOf(last?.arguments?.[0]);
  return typeof callee === 'string' && loadsTemplate.test(callee) && isTemplateName(template) ? template : undefined;
}

function localsOf(draft: FunctionDraft): Entry[] {
  const names = [...draft.parameters, ...draft.bindings.map(({ pattern }) => pattern)];
  return names.flatMap(({ name: key, range }): Entry[] =>
    key === ''
      ? []
      : [{ key, keyRange: range, value: { kind: 'chain', root: key, rootRange: range, links: [], range } }],
  );
}
