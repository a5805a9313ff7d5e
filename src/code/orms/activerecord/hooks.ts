import type { ClassFacts } from '../../facts/facts';
import { entry, isFalse, isTrue } from '../../facts/value-access';
import { wordOf } from './symbols';

/** What a model's class says that nothing does when its rows are written. An enumeration turns words into numbers. */
const plain = /^(?:scope|has_and_belongs_to_many|private|protected|public|attr_reader|alias_method|delegate)$/;

/**
 * What of a model runs when a row is written, or may: callbacks, validations, what modules bring, `dependent:`, `touch:`.
 * `insert_all`, `update_all` and `delete_all` pass all of it by. `of` and the classes that it extends.
 */
export function hooksOf(classes: readonly ClassFacts[]): string[] {
  return [...new Set(classes.flatMap((one) => [...declaredHooks(one), ...ownMethods(one)]))];
}

function declaredHooks({ decorators }: ClassFacts): string[] {
  return decorators.flatMap(({ links }): string[] => {
    const [link] = links;
    if (!link || plain.test(link.name)) return [];
    if (!/^(?:belongs_to|has_one|has_many)$/.test(link.name)) return [link.name];
    const options = link.arguments?.find(({ kind }) => kind === 'object');
    const found = ['dependent', 'touch', 'counter_cache', 'autosave', 'validate'].filter((name) => {
      const value = entry(options, name);
      return value !== undefined && !isFalse(value);
    });
    // Rails looks for the row that is pointed to, unless it may be missing.
    const isRequired = link.name === 'belongs_to' && !isTrue(entry(options, 'optional'));
    return [...found, ...(isRequired ? [`belongs_to ${wordOf(link.arguments?.[0]) ?? ''}`] : [])];
  });
}

/** `def title=(value)`, `def save` */
function ownMethods({ methods }: ClassFacts): string[] {
  return methods.flatMap(({ name, isStatic }) =>
    !isStatic && /^\w+=$|^(?:save|create|update|destroy|delete|initialize)\b/.test(name) ? [name] : [],
  );
}
