import { pluralize, singularize, underscore } from 'inflection';

/** Sequelize names tables and associations with the package `inflection`: `Person` → `People`, `Category` → `Categories`. */
export function pluralOf(name: string): string {
  return pluralize(name);
}

export function singularOf(name: string): string {
  return singularize(name);
}

/** `createdAt` → `created_at` where the model or the connection says `underscored: true`. */
export function columnName(name: string, isUnderscored: boolean): string {
  return isUnderscored ? underscore(name) : name;
}

/** `post_id` → `postId`, `Post_id` → `PostId`: the foreign key that is not named. */
export function camelized(name: string): string {
  return name.trim().replace(/[-_\s]+(.)?/g, (_, letter: string | undefined) => (letter ?? '').toUpperCase());
}

export function upperFirst(name: string): string {
  return name.charAt(0).toUpperCase() + name.slice(1);
}
