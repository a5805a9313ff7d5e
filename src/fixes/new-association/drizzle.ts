import { addEntry } from '../object-edit';
import { closingOf, isKnown } from './declarations';
import { type AssociationWriter, areAssociated } from './missing-association';

/** `author: one(users, { fields: [posts.authorId], references: [users.id] })` in the `relations(posts, …)` that is there. */
export const drizzleRelation: AssociationWriter = (missing, textOf) => {
  const { model, target, name, key, referenced } = missing;
  const source = textOf(model.uri);
  // Several relations between two tables want names on both sides.
  if (source === undefined || areAssociated(missing) || !isKnown(source, target.name)) return undefined;
  const head = new RegExp(`\\brelations\\(\\s*${model.name}\\s*,\\s*\\(\\s*\\{([^{}]*)\\}\\s*\\)\\s*=>\\s*\\(\\s*\\{`);
  const found = head.exec(source);
  if (!found || source.slice(found.index + found[0].length).search(head) >= 0) return undefined;
  const [whole, helpers = ''] = found;
  const open = found.index + whole.length - 1;
  const close = closingOf(source, open);
  const text = `${name}: one(${target.name}, { fields: [${model.name}.${key.property}], references: [${target.name}.${referenced.property}] })`;
  const entry = close < 0 ? undefined : addEntry(source, { range: { start: open, end: close + 1 } }, text);
  if (!entry) return undefined;
  const isThere = helpers.split(',').some((one) => one.trim() === 'one');
  const at = found.index + whole.indexOf('{') + 1;
  const helper = isThere ? [] : [{ range: { start: at, end: at }, newText: ' one,' }];
  return [...helper, entry].map((edit) => ({ ...edit, uri: model.uri }));
};
