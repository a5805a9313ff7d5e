import type { FileFacts } from '../../facts/facts';
import { valuesIn } from '../../facts/value-access';
import type { ChainValue } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import { Interpreter } from '../interpreter/interpreter';
import { camelCaseIn, type Databases, KyselyLibrary } from './library';
import type { CamelCase } from './print';

interface Made {
  readonly typeName: string | undefined;
  readonly camelCase: CamelCase | undefined;
}

/** Every `new Kysely<DB>({ … })` and `KyselyModule.forRoot({ … })` of the workspace. */
export function databasesOf(tracer: Tracer): Databases {
  const made = [...tracer.files.values()].flatMap((file) => madeIn(file, tracer));
  return {
    camelCaseOf: (typeName) => {
      const same = typeName === undefined ? [] : made.filter((each) => each.typeName === typeName);
      const all = same.length > 0 ? same : made;
      return all.find(({ camelCase }) => camelCase !== undefined) &&
        all.every(({ camelCase }) => camelCase !== undefined)
        ? all[0]?.camelCase
        : undefined;
    },
  };
}

const none: Databases = { camelCaseOf: () => undefined };

function madeIn(file: FileFacts, tracer: Tracer): Made[] {
  if (!file.imports.some(({ from }) => /kysely/.test(from))) return [];
  const made: Made[] = [];
  file.functions.forEach(({ uses }, id) => {
    for (const { chain } of uses) {
      if (!mayMake(chain)) continue;
      for (const value of valuesIn(chain)) {
        // The settings themselves, wherever a factory gives them.
        if (value.kind !== 'object' || !value.entries.some(({ key }) => key === 'dialect')) continue;
        const at = { file, function: id };
        const settings = new Interpreter(tracer, new KyselyLibrary(tracer, none, new Set())).evaluate(value, at);
        const typeName = chain.links.find(({ types }) => types !== undefined)?.types?.[0];
        made.push({ typeName, camelCase: camelCaseIn(settings) });
      }
    }
  });
  return made;
}

function mayMake({ root, links, isNew }: ChainValue): boolean {
  if (isNew === true && (root === 'Kysely' || links[0]?.name === 'Kysely')) return true;
  return (
    typeof root === 'string' && /Kysely/.test(root) && links.some(({ name }) => /^(?:forRoot|register)/.test(name))
  );
}
