import type { Value } from '../facts/values';

/** What a value says, without where it says it: equal for two calls that are written alike. */
export function wording(value: Value): string {
  switch (value.kind) {
    case 'chain': {
      const links = value.links.map(({ name, arguments: given, branch }) => {
        const call = given ? `(${given.map(wording).join(',')})` : '';
        return `.${name}${call}${branch ? `?${branch.id}.${branch.arm}` : ''}`;
      });
      const root = typeof value.root === 'string' ? value.root : `(${wording(value.root)})`;
      return `${value.isNew ? 'new ' : ''}${root}${links.join('')}`;
    }
    case 'object': {
      const entries = value.entries.map(({ key, value: inner, branch }) => {
        const name = typeof key === 'string' ? key : `[${wording(key)}]`;
        return `${name}:${wording(inner)}${branch ? `?${branch.id}.${branch.arm}` : ''}`;
      });
      return `{${entries.join(',')}${value.open ? '…' : ''}}`;
    }
    case 'array':
      return `[${value.elements.map((element) => wording(element.value)).join(',')}${value.open ? '…' : ''}]`;
    case 'template':
      return `\`${JSON.stringify(value.strings)}${value.values.map(wording).join(',')}\``;
    case 'literal':
      return `${typeof value.value} ${String(value.value)}`;
    case 'choice':
      return `(${value.options.map((option) => wording(option.value)).join('|')})`;
    case 'function':
      return `function ${value.id}`;
    case 'runtime':
      return value.source;
  }
}
