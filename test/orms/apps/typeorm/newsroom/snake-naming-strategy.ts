import { DefaultNamingStrategy, type NamingStrategyInterface } from 'typeorm';

const snake = (text: string) =>
  text
    .replaceAll(/([A-Z])([A-Z])([a-z])/g, '$1_$2$3')
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .toLowerCase();

/** The names that the package typeorm-naming-strategies makes. */
export class SnakeNamingStrategy extends DefaultNamingStrategy implements NamingStrategyInterface {
  override tableName(className: string, customName?: string) {
    return customName ? customName : snake(className);
  }

  override columnName(property: string, customName: string | undefined, prefixes: string[]) {
    return snake([...prefixes, ''].join('_')) + (customName ? customName : snake(property));
  }

  override relationName(property: string) {
    return snake(property);
  }

  override joinColumnName(relation: string, referenced: string) {
    return snake(`${relation}_${referenced}`);
  }

  override joinTableName(first: string, second: string, property: string) {
    return snake(`${first}_${property.replaceAll('.', '_')}_${second}`);
  }

  override joinTableColumnName(table: string, property: string, column?: string) {
    return snake(`${table}_${column ? column : property}`);
  }
}
