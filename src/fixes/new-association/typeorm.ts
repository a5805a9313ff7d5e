import { quoted } from '../object-edit';
import { decoratedProperty } from './decorated-property';
import type { AssociationWriter } from './missing-association';

/** `@ManyToOne(() => User) @JoinColumn({ name: 'author_id' }) author!: User | null` behind the key's own column. */
export const typeormRelation: AssociationWriter = (missing, textOf) => {
  const { key, target } = missing;
  const source = textOf(missing.model.uri);
  const column = key.column?.column;
  if (source === undefined || column === undefined || !/\bclass\s+$/.test(source.slice(0, missing.model.range.start)))
    return undefined;
  return decoratedProperty(missing, textOf, {
    names: ['JoinColumn', 'ManyToOne'],
    from: 'typeorm',
    decorators: (own) => [`@ManyToOne(() => ${target.name})`, `@JoinColumn({ name: ${quoted(own, column)} })`],
  });
};
