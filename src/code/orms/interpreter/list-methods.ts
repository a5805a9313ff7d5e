import { itemsOf, list, type Thing } from './things';

/** What methods of lists give that the program puts together: `conditions.filter(Boolean)`, `fields.map((field) => …)`. */
export function listMethod(thing: Thing, name: string, given: () => readonly Thing[]): Thing | undefined {
  if (thing.kind !== 'list') return undefined;
  switch (name) {
    case 'filter':
    case 'slice':
      return thing;
    case 'concat':
      return list([...thing.items, ...given().flatMap(itemsOf)], thing.range, thing.isOpen);
    case 'map': {
      const [act] = given();
      if (act?.kind !== 'function') return undefined;
      const items = thing.items.map((item) => act.call([item]));
      return list(items, thing.range, thing.isOpen);
    }
    default:
      return undefined;
  }
}
