import { EntitySchema } from '@mikro-orm/core';

export class Category {
  id!: number;
  urlSlug!: string;
  parentCategory?: Category;
}

export const CategorySchema = new EntitySchema<Category>({
  class: Category,
  tableName: 'categories',
  properties: {
    id: { type: 'integer', primary: true },
    urlSlug: { type: 'string' },
    parentCategory: { kind: 'm:1', entity: () => Category, nullable: true },
  },
});
