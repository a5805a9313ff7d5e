import type { Import } from '../facts';
import type { SyntaxNode } from '../javascript/syntax-tree';
import { childOf, childrenOf, rangeOf } from './frame';

/** `import app.models as m` → { local: 'm', name: '*' }; `from .post import Post` → { from: '.post', name: 'Post' }. */
export function importsOf(node: SyntaxNode, text: (node: SyntaxNode) => string): Import[] {
  const module = childOf(node, 'module_name');
  const names = childrenOf(node, 'name').map((one) => {
    const name = one.type === 'aliased_import' ? childOf(one, 'name') : one;
    const alias = one.type === 'aliased_import' ? childOf(one, 'alias') : undefined;
    return { name: name ? text(name) : '', alias: alias && text(alias), range: rangeOf(one) };
  });
  if (!module) {
    return names.map(({ name, alias, range }) => {
      // `import app.models` binds `app`.
      const local = alias ?? name.split('.')[0] ?? name;
      return { local, from: alias === undefined ? local : name, name: '*', range };
    });
  }
  const from = text(module).replace(/\s+/g, '');
  const isAll = node.children.some(({ type }) => type === 'wildcard_import');
  const all = isAll ? [{ local: '*', from, name: '*', range: rangeOf(node) }] : [];
  return [...all, ...names.map(({ name, alias, range }) => ({ local: alias ?? name, from, name, range }))];
}
