import type { FileFacts } from '../../facts/facts';
import { entry, isObject, stringOf } from '../../facts/value-access';
import type { ObjectValue, Value } from '../../facts/values';
import type { Tracer } from '../../resolve/origin';
import { located } from '../support/program-values';
import { type Conventions, nearest } from './entities';
import { defaultNaming, snakeNaming } from './naming';

const plain: Conventions = { naming: defaultNaming, tablePrefix: '' };
const sources = /^(?:DataSource|createConnection|createConnections|TypeOrmModule)$/;

/**
 * The options of data sources: `new DataSource({ namingStrategy: new SnakeNamingStrategy(), entityPrefix: 'app_' })`. An
 * entity belongs to the data source that is nearest in the tree of folders.
 */
export function conventionsOf(tracer: Tracer): (uri: string) => Conventions {
  const found: { readonly uri: string; readonly conventions: Conventions }[] = [];
  for (const file of tracer.files.values()) {
    if (!file.imports.some(({ from }) => from === 'typeorm' || from === '@nestjs/typeorm')) continue;
    const options = optionsIn(file, tracer);
    const isSnake = file.imports.some(({ name }) => /Snake\w*Naming/i.test(name));
    if (options === undefined && !isSnake) continue;
    const schema = stringOf(entry(options, 'schema'));
    const conventions: Conventions = {
      naming: isSnake || /Snake/i.test(rootName(entry(options, 'namingStrategy'))) ? snakeNaming : defaultNaming,
      tablePrefix: stringOf(entry(options, 'entityPrefix')) ?? '',
      ...(schema === undefined ? {} : { schema }),
    };
    // A file that only declares the strategy is no data source.
    if (options !== undefined || !file.classes.some(({ name }) => /Snake\w*Naming/i.test(name))) {
      found.push({ uri: file.uri, conventions });
    }
  }
  return (uri) => nearest(found, uri, (each) => each.uri)?.conventions ?? plain;
}

function rootName(value: Value | undefined): string {
  return value?.kind === 'chain' && typeof value.root === 'string' ? value.root : '';
}

function optionsIn(file: FileFacts, tracer: Tracer): ObjectValue | undefined {
  for (const [index, { uses }] of file.functions.entries()) {
    for (const { chain } of uses) {
      if (typeof chain.root !== 'string' || !sources.test(chain.root)) continue;
      const given = chain.links.find((link) => link.arguments !== undefined)?.arguments?.[0];
      const at = { file, function: index };
      const options = optionsFrom(located(given, at, tracer)?.value);
      if (options !== undefined) return options;
    }
  }
  // Decorators' arguments are no uses: `@Module({ imports: [TypeOrmModule.forRoot({ … })] })`.
  for (const { decorators } of file.classes) {
    for (const { links } of decorators) {
      for (const { arguments: given = [] } of links) {
        const imports = entry(given[0], 'imports');
        if (imports?.kind !== 'array') continue;
        for (const { value } of imports.elements) {
          if (value.kind !== 'chain' || value.root !== 'TypeOrmModule') continue;
          const options = optionsFrom(value.links.at(-1)?.arguments?.[0]);
          if (options !== undefined) return options;
        }
      }
    }
  }
  return undefined;
}

/** `forRootAsync({ useFactory: () => ({ … }) })` returns them. */
function optionsFrom(value: Value | undefined): ObjectValue | undefined {
  if (!isObject(value)) return undefined;
  const factory = entry(value, 'useFactory');
  if (factory?.kind !== 'function') return entry(value, 'type') === undefined ? undefined : value;
  const returned = factory.body.find((step) => step.isReturned)?.value;
  return isObject(returned) ? returned : undefined;
}
