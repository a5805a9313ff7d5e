/** Names of tables and columns from those of classes and properties. */
export interface NamingStrategy {
  tableName(className: string, given: string | undefined): string;
  /** `prefixes`: those of the embedded objects around the property, the outermost first. */
  columnName(property: string, given: string | undefined, prefixes: readonly string[]): string;
  joinColumnName(relation: string, referencedProperty: string): string;
  joinTableName(firstTable: string, secondTable: string, firstProperty: string): string;
  joinTableColumnName(table: string, property: string, column: string): string;
}

/** As TypeORM's DefaultNamingStrategy: `BlogPost` → blog_post, `createdAt` → createdAt, `author` → authorId. */
export const defaultNaming: NamingStrategy = {
  tableName: (className, given) => given ?? snakeCase(className),
  columnName: (property, given, prefixes) => {
    const name = given ?? property;
    return prefixes.length === 0 ? name : camelCase(prefixes.join('_')) + titleCase(name);
  },
  joinColumnName: (relation, referenced) => camelCase(`${relation}_${referenced}`),
  joinTableName: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumnName: (table, _property, column) => camelCase(`${table}_${column}`),
};

/** As SnakeNamingStrategy of the package typeorm-naming-strategies: `createdAt` → created_at, `author` → author_id. */
export const snakeNaming: NamingStrategy = {
  tableName: (className, given) => given ?? snakeCase(className),
  columnName: (property, given, prefixes) =>
    snakeCase([...prefixes, ''].join('_')) + (given === undefined ? snakeCase(property) : given),
  joinColumnName: (relation, referenced) => snakeCase(`${relation}_${referenced}`),
  joinTableName: (first, second, property) => snakeCase(`${first}_${property.replaceAll('.', '_')}_${second}`),
  joinTableColumnName: (table, _property, column) => snakeCase(`${table}_${column}`),
};

function camelCase(text: string): string {
  return text.replaceAll(/^([A-Z])|[\s-_](\w)/g, (_match, first: string | undefined, later: string | undefined) =>
    later ? later.toUpperCase() : (first ?? '').toLowerCase(),
  );
}

function snakeCase(text: string): string {
  return text
    .replaceAll(/([A-Z])([A-Z])([a-z])/g, '$1_$2$3')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function titleCase(text: string): string {
  return text.replaceAll(/\w\S*/g, (word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase());
}
