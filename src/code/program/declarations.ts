import type { FileFacts } from '../facts/facts';

/**
 * What a file declares, as a text to compare: an edit inside of a function leaves it as it is, a new import, export, class
 * or constant changes it. Places in the text are left out.
 */
export function declarationsOf({ imports, exports, classes, types, functions, text }: FileFacts): string {
  const [top] = functions;
  const shapes = functions.map(({ name, parameters, returns, class: owner }) =>
    // The functions of sequelize-cli's model files declare models; callbacks do not.
    name === '' ? '' : [name, parameters, owner === undefined ? returns : []],
  );
  return JSON.stringify(
    [imports, exports, classes, types, top?.bindings, top?.uses, shapes, text],
    (key: string, value: unknown) => (/^(?:\w*Range|range|id)$/.test(key) ? undefined : value),
  );
}
