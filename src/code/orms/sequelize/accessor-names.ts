import { type Association, isMulti, type SequelizeModel } from './declared';
import { upperFirst } from './names';

const accessorPattern = /^(?:get|set|add|create|remove|has|count)[A-Z$]/;
const dollarPattern = /^\$(?:get|set|add|create|remove|has|count)$/;

type Verb = 'get' | 'set' | 'add' | 'create' | 'remove' | 'has' | 'count';

export interface Accessor {
  readonly verb: Verb;
  readonly association: Association;
}

/** `getComments` of a post, `addTag`, `$get('comments')` of sequelize-typescript. */
export function accessorOf(model: SequelizeModel, name: string, first: string | undefined): Accessor | undefined {
  if (dollarPattern.test(name)) {
    // `$create('post', …)` calls createPost.
    return first === undefined ? undefined : accessorOf(model, name.slice(1) + upperFirst(first), undefined);
  }
  for (const association of model.associations.values()) {
    const singular = upperFirst(association.singular);
    const plural = upperFirst(association.plural);
    const verbs: readonly Verb[] = isMulti(association)
      ? ['get', 'set', 'add', 'create', 'remove', 'has', 'count']
      : ['get', 'set', 'create'];
    const verb = verbs.find((each) => {
      if (!isMulti(association) || each === 'create') return name === `${each}${singular}`;
      if (each === 'get' || each === 'set' || each === 'count') return name === `${each}${plural}`;
      return name === `${each}${singular}` || name === `${each}${plural}`;
    });
    if (verb) return { verb, association };
  }
  return undefined;
}

export function isAccessorName(name: string): boolean {
  return accessorPattern.test(name) || dollarPattern.test(name);
}
