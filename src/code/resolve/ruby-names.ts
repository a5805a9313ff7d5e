import type { Binding, ClassFacts, FileFacts } from '../facts/facts';
import { camelize } from '../facts/ruby/inflections';
import { templateOf } from '../facts/ruby/templates';
import { bestOrigin } from './best-origin';
import type { Follow } from './follow';
import type { Origin, Place } from './origin';

const mostBases = 5;

/**
 * `@posts` where the function itself does not set it: another method of the class or of what it extends does. Those of a
 * template are its controller's: 'posts/index' has what `PostsController.index` sets, or else another of its methods.
 */
export function instanceVariable(follow: Follow, name: string, at: Place): Origin {
  const template = templateOf(at.file.uri);
  const owner = follow.program.scopeOf(at.file).classAround(at.function)?.class;
  const start = template === undefined ? owner && { class: owner, file: at.file } : controllerOf(follow, template);
  const action = template?.slice(template.lastIndexOf('/') + 1);
  const found: Origin[] = [];
  let next: { readonly class: ClassFacts; readonly file: FileFacts } | undefined = start;
  for (let depth = 0; next && depth < mostBases; depth++) {
    const { class: of, file } = next;
    const methods = of.methods.toSorted((a, b) => Number(b.name === action) - Number(a.name === action));
    for (const { function: id } of methods) {
      const own = (file.functions[id]?.bindings ?? []).filter(({ pattern, value }) => pattern.name === name && value);
      for (const { value } of refinedFirst(own, name, (one) => one))
        if (value) found.push(follow.trace(value, { file, function: id }));
    }
    const base: string | undefined = typeof of.extends?.root === 'string' ? of.extends.root : undefined;
    next = found.length > 0 || base === undefined ? undefined : follow.program.constant(base, of.name);
  }
  return found.length > 0 ? bestOrigin(found) : { kind: 'global', name };
}

/** `posts = posts.includes(:author)` has what `posts = Post.all` has, and more: the last of those says most. */
export function refinedFirst<T>(things: readonly T[], name: string, bindingOf: (thing: T) => Binding): readonly T[] {
  const isRefined = (thing: T) => {
    const { value } = bindingOf(thing);
    return value?.kind === 'chain' && value.root === name && value.links.length > 0;
  };
  const refined = things.filter(isRefined);
  return refined.length === 0 ? things : [...refined.toReversed(), ...things.filter((thing) => !isRefined(thing))];
}

/** 'admin/posts/index' → `Admin::PostsController` */
function controllerOf(follow: Follow, template: string) {
  const parts = template.split('/').slice(0, -1).map(camelize);
  return parts.length === 0 ? undefined : follow.program.constant(`${parts.join('::')}Controller`, undefined);
}

/** A template and a helper call the methods of every helper. */
export function helperMethod(follow: Follow, file: FileFacts, name: string): Origin | undefined {
  if (file.languageId !== 'ruby' || (templateOf(file.uri) === undefined && !isHelper(file))) return undefined;
  const [found] = follow.program.helpers(name);
  return found && { kind: 'function', function: found.function, file: found.file };
}

export function isHelper({ uri }: FileFacts): boolean {
  return /[/\\]helpers[/\\].*\.rb$/.test(uri);
}
