import type { Repetition } from '../../code/calls/repetition';
import type { EditFix } from '../../nouns/fix';
import type { TextOf } from '../code-fixes';
import { eagerLoading } from '../eager-loading/eager-loading';
import { drizzleRelation } from './drizzle';
import { type AssociationWriter, associationOf, missingAssociation } from './missing-association';
import { objectionMapping } from './objection';
import { prismaRelation } from './prisma';
import { sequelizeAssociation } from './sequelize';
import { typeormRelation } from './typeorm';

/**
 * A new one is a file here and a line in this list. Left out on purpose: MikroORM, where the relation takes the place of the
 * key's property; Bookshelf, where a relation without a row is an empty model, and `fetch` fails or gives null.
 */
const writers: ReadonlyMap<string, { readonly write: AssociationWriter; readonly note?: string }> = new Map([
  ['sequelize', { write: sequelizeAssociation }],
  ['typeorm', { write: typeormRelation }],
  ['drizzle', { write: drizzleRelation }],
  ['objection', { write: objectionMapping }],
  [
    'prisma',
    {
      write: prismaRelation,
      note: 'Run `prisma generate` afterwards; a key without its row becomes an error where the key must not be null.',
    },
  ],
]);

/** `User.findByPk(post.authorId)` for each post, and no association that says so: it is declared, and loaded with the posts. */
export function newAssociation(repetition: Repetition, textOf: TextOf): EditFix | undefined {
  const missing = missingAssociation(repetition);
  const writer = missing && writers.get(missing.model.library);
  if (!missing || !writer || !isOfEachRow(repetition, textOf)) return undefined;
  const { model, target, name } = missing;
  const association = associationOf(missing);
  const loading = eagerLoading({ ...repetition, association: { of: model, association } }, textOf);
  const declared = loading && writer.write(missing, textOf);
  if (!loading || !declared) return undefined;
  const migration = `This changes the model ${model.name}: a migration made from the models may add a foreign key.`;
  return {
    ...loading,
    title: `Add the association ${model.name}.${name} (${target.name}) to the model and load it eagerly`,
    edits: [...declared, ...loading.edits],
    note: [migration, writer.note, loading.note].filter((note) => note !== undefined).join(' '),
    isAside: true,
  };
}

/** On some turns only, the key may mean another table on the others: unless it is asked for being there. */
function isOfEachRow({ isConditional, inner, loop, keys }: Repetition, textOf: TextOf): boolean {
  if (!isConditional) return true;
  const before = textOf(inner.uri)?.slice(loop.bodyRange.start, inner.range.start) ?? '';
  const key = `${loop.rowName}.${keys[0]?.rowPath?.[0]}`;
  const conditions = before.match(/\b(?:if|switch)\s*\([^{;]*|[^\n;=?]*\?(?!\.|\?)|[^\n;=]*&&/g) ?? [];
  return conditions.every((one) =>
    new RegExp(`^\\s*(?:if\\s*\\()?\\s*!?${key.replace('.', '\\.')}(?![\\w.])`).test(one),
  );
}
