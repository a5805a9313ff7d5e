import { join } from 'node:path';
import type { FileFacts, FunctionFacts } from '../../../../src/code/facts/facts';
import { JavaScriptFacts } from '../../../../src/code/facts/javascript/javascript-facts';
import type { Branch, ChainValue, Pattern, Value } from '../../../../src/code/facts/values';
import { variantsOf } from '../../../../src/code/facts/variants';
import { languageOf } from '../../../../src/code/language-of';

const grammarFolder = join(import.meta.dirname, '../../../../node_modules/@vscode/tree-sitter-wasm/wasm');
let loaded: Promise<JavaScriptFacts> | undefined;

export function javaScriptFacts(): Promise<JavaScriptFacts> {
  const reader = loaded ?? JavaScriptFacts.load({ grammarFolder });
  loaded = reader;
  return reader;
}

export async function factsOf(text: string, uri = 'a.ts'): Promise<FileFacts> {
  return (await javaScriptFacts()).read({ uri, languageId: languageOf(uri) ?? '', text });
}

/** Facts of one function whose body is the text; `q`, `s` and so on stand for whatever they are. */
export async function factsOfBody(body: string, parameters = 'a, b, c'): Promise<FunctionFacts> {
  const facts = await factsOf(`async function f(${parameters}) {\n${body}\n}`);
  const found = facts.functions.find((each) => each.name === 'f');
  if (found === undefined) throw new Error('The function was not read.');
  return found;
}

/** The chain of the last call of that name: `find` of `Post.find({ … })`. */
export function callOf(facts: Pick<FunctionFacts, 'uses'>, name: string): ChainValue {
  const use = facts.uses.findLast(({ chain }) => chain.links.at(-1)?.name === name);
  if (use === undefined) throw new Error(`Nothing calls ${name}.`);
  return use.chain;
}

/** The forms of the last call of that name in a function with this body, as `written`. */
export async function variantsIn(body: string, name = 'find', most?: number): Promise<string[]> {
  const { variants } = variantsOf(callOf(await factsOfBody(body), name), most);
  return variants.map(written);
}

/** A value as a person would write it: `{ id: a, status: 's' @0 }`, where @ stands behind what is there on one way only. */
export function written(value: Value): string {
  switch (value.kind) {
    case 'literal':
      return typeof value.value === 'string' ? `'${value.value}'` : String(value.value);
    case 'object': {
      const entries = value.entries.map(
        (entry) =>
          `${typeof entry.key === 'string' ? entry.key : `[${written(entry.key)}]`}: ${written(entry.value)}${arm(entry.branch)}`,
      );
      return `{ ${[...entries, ...(value.open ? ['…'] : [])].join(', ')} }`.replace('{  }', '{}');
    }
    case 'array': {
      const elements = value.elements.map((element) => `${written(element.value)}${arm(element.branch)}`);
      return `${value.isSpread ? '...' : ''}[${[...elements, ...(value.open ? ['…'] : [])].join(', ')}]`;
    }
    case 'chain':
      return writtenChain(value);
    case 'template': {
      const text = value.strings.map((string, i) => {
        const hole = value.values[i];
        return hole === undefined ? string : `${string}\${${written(hole)}}`;
      });
      return `${value.tag === undefined ? '' : written(value.tag)}\`${text.join('')}\``;
    }
    case 'function':
      return `(${value.parameters.map(writtenPattern).join(', ')}) => { ${value.isLong ? '…' : value.body.map((step) => `${step.isReturned ? 'return ' : ''}${written(step.value)}${arm(step.branch)}`).join('; ')} }`;
    case 'choice':
      return value.options.map((option) => `${written(option.value)}${arm(option.branch)}`).join(' | ');
    case 'runtime':
      return `<${value.source}${value.type === undefined ? '' : `: ${value.type}`}>`;
  }
}

function writtenChain(chain: ChainValue): string {
  const root = typeof chain.root === 'string' ? chain.root : `(${written(chain.root)})`;
  const links = chain.links.map((link) => {
    const name = link.name === '' ? '' : `.${link.name}`;
    const types = link.types === undefined ? '' : `<${link.types.join(', ')}>`;
    const call = link.arguments === undefined ? '' : `${types}(${link.arguments.map(written).join(', ')})`;
    return `${name}${call}${arm(link.branch)}`;
  });
  return `${chain.isNew ? 'new ' : ''}${root}${links.join('')}${chain.open ? '…' : ''}`;
}

export function writtenPattern(pattern: Pattern): string {
  if (pattern.bound === undefined) return pattern.name;
  return `{ ${pattern.bound.map(({ name, path }) => `${path.join('.')}: ${name}`).join(', ')} }`;
}

function arm(branch: Branch | undefined): string {
  return branch === undefined ? '' : ` @${branch.arm}`;
}
