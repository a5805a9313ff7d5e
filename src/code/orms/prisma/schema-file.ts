import type { TextRange } from '../../../nouns/text-range';
import { type SchemaToken, schemaTokens } from './schema-tokens';

/** What one file of Prisma's schema language declares, as it stands there. Half-typed lines are left out. */
export interface SchemaFile {
  readonly models: readonly ModelBlock[];
  readonly enums: readonly EnumBlock[];
  /** `datasource db { provider = "postgresql" }` → { provider: 'postgresql' } */
  readonly datasource?: Settings;
  readonly generators: readonly Settings[];
}

/** `output = "../generated"`, `previewFeatures = ["views"]` */
export type Settings = Readonly<Record<string, readonly string[]>>;

export interface ModelBlock {
  readonly kind: 'model' | 'view' | 'type';
  readonly name: string;
  readonly nameRange: TextRange;
  readonly fields: readonly FieldLine[];
  /** `@@map("posts")`, `@@id([a, b])` */
  readonly attributes: readonly Attribute[];
}

export interface FieldLine {
  readonly name: string;
  /** `String`, `Post`, `Unsupported` */
  readonly type: string;
  readonly isList: boolean;
  readonly isOptional: boolean;
  readonly attributes: readonly Attribute[];
  /** The whole line. */
  readonly range: TextRange;
}

export interface EnumBlock {
  readonly name: string;
  readonly values: readonly { readonly name: string; readonly attributes: readonly Attribute[] }[];
  readonly attributes: readonly Attribute[];
}

/** `@relation("Author", fields: [authorId], references: [id])` → name 'relation', arguments '' , 'fields', 'references'. */
export interface Attribute {
  /** Without `@`: `id`, `db.Uuid`, `relation`. */
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly value: AttributeValue }[];
}

export type AttributeValue =
  | { readonly kind: 'text' | 'number' | 'name'; readonly text: string }
  | { readonly kind: 'list'; readonly items: readonly AttributeValue[] }
  /** `now()`, `authorId(sort: Desc)` */
  | { readonly kind: 'call'; readonly name: string; readonly arguments: Attribute['arguments'] };

/** Reads schema.prisma, or one file of a schema folder. Anything that is no declaration is skipped. */
export function readSchemaFile(text: string): SchemaFile {
  return new SchemaReader(schemaTokens(text)).read();
}

const mostDepth = 50;

class SchemaReader {
  #at = 0;
  #depth = 0;

  constructor(private readonly tokens: readonly SchemaToken[]) {}

  read(): SchemaFile {
    const models: ModelBlock[] = [];
    const enums: EnumBlock[] = [];
    const generators: Settings[] = [];
    let datasource: Settings | undefined;
    while (this.#at < this.tokens.length) {
      const keyword = this.#next();
      const name = this.#peek();
      if (keyword?.kind !== 'word' || name?.kind !== 'word' || this.#peek(1)?.text !== '{') continue;
      this.#at += 2;
      const nameRange = { start: name.start, end: name.end };
      switch (keyword.text) {
        case 'model':
        case 'view':
        case 'type':
          models.push({ kind: keyword.text, name: name.text, nameRange, ...this.#fields() });
          break;
        case 'enum': {
          const { fields, attributes } = this.#fields();
          enums.push({ name: name.text, values: fields, attributes });
          break;
        }
        case 'datasource':
          datasource = this.#settings();
          break;
        case 'generator':
          generators.push(this.#settings());
          break;
        default:
      }
    }
    return { models, enums, generators, ...(datasource && { datasource }) };
  }

  #peek(ahead = 0): SchemaToken | undefined {
    return this.tokens[this.#at + ahead];
  }

  #next(): SchemaToken | undefined {
    return this.tokens[this.#at++];
  }

  /** Takes the mark when it is next. */
  #take(text: string): boolean {
    const found = this.#peek()?.kind === 'mark' && this.#peek()?.text === text;
    if (found) this.#at++;
    return found;
  }

  #isBlockEnd(): boolean {
    const token = this.#peek();
    return token === undefined || (token.kind === 'mark' && token.text === '}');
  }

  #skipLine(): void {
    while (!this.#isBlockEnd() && this.#peek()?.kind !== 'line end') this.#at++;
  }

  #fields(): { fields: FieldLine[]; attributes: Attribute[] } {
    const fields: FieldLine[] = [];
    const attributes: Attribute[] = [];
    while (!this.#isBlockEnd()) {
      const token = this.#next();
      if (token?.kind === 'line end') continue;
      if (token?.kind === 'mark' && token.text === '@@') attributes.push(...this.#attribute());
      else if (token?.kind === 'word') fields.push(this.#field(token));
      this.#skipLine();
    }
    this.#at++;
    return { fields, attributes };
  }

  /** `author User? @relation(…)`; a value of an enum has no type. */
  #field(name: SchemaToken): FieldLine {
    const type = this.#peek()?.kind === 'word' ? (this.#next()?.text ?? '') : '';
    // `Unsupported("tsvector")?`
    if (this.#take('(')) this.#arguments(')');
    let isList = false;
    if (this.#take('[')) isList = this.#take(']');
    const isOptional = this.#take('?');
    const attributes: Attribute[] = [];
    while (this.#take('@')) attributes.push(...this.#attribute());
    const end = this.tokens[this.#at - 1]?.end ?? name.end;
    return { name: name.text, type, isList, isOptional, attributes, range: { start: name.start, end } };
  }

  #attribute(): Attribute[] {
    const name = this.#peek();
    if (name?.kind !== 'word') return [];
    this.#at++;
    return [{ name: name.text, arguments: this.#take('(') ? this.#arguments(')') : [] }];
  }

  #arguments(close: string): { name: string; value: AttributeValue }[] {
    const result: { name: string; value: AttributeValue }[] = [];
    for (let token = this.#peek(); token !== undefined; token = this.#peek()) {
      if (this.#take(close)) break;
      // Half typed: the block ends before the parenthesis does.
      if (token.text === '}' && token.kind === 'mark') break;
      if (token.kind === 'line end' || this.#take(',')) {
        if (token.kind === 'line end') this.#at++;
        continue;
      }
      const isNamed = token.kind === 'word' && this.#peek(1)?.text === ':';
      if (isNamed) this.#at += 2;
      const value = this.#value();
      if (value) result.push({ name: isNamed ? token.text : '', value });
    }
    return result;
  }

  #value(): AttributeValue | undefined {
    const token = this.#next();
    // Deeper than any schema: leave it.
    if (token === undefined || this.#depth > mostDepth) return undefined;
    this.#depth++;
    const value = this.#valueFrom(token);
    this.#depth--;
    return value;
  }

  #valueFrom(token: SchemaToken): AttributeValue | undefined {
    if (token.kind === 'text' || token.kind === 'number') return { kind: token.kind, text: token.text };
    if (token.kind === 'mark' && token.text === '[') {
      return { kind: 'list', items: this.#arguments(']').map(({ value }) => value) };
    }
    if (token.kind !== 'word') return undefined;
    if (this.#take('(')) return { kind: 'call', name: token.text, arguments: this.#arguments(')') };
    return { kind: 'name', text: token.text };
  }

  #settings(): Settings {
    const settings: Record<string, readonly string[]> = {};
    while (!this.#isBlockEnd()) {
      const token = this.#next();
      if (token?.kind === 'word' && this.#take('=')) {
        const value = this.#value();
        if (value) settings[token.text] = texts(value);
      }
      if (token?.kind !== 'line end') this.#skipLine();
    }
    this.#at++;
    return settings;
  }
}

/** `[authorId, slug(sort: Desc)]` → ['authorId', 'slug'] */
export function texts(value: AttributeValue | undefined): string[] {
  if (value === undefined) return [];
  if (value.kind === 'list') return value.items.flatMap(texts);
  return [value.kind === 'call' ? value.name : value.text];
}

/** The argument of this name, or the one without a name: `@@map("posts")`, `@@id(fields: [a, b])`. */
export function argumentOf(attribute: Attribute | undefined, ...names: readonly string[]): AttributeValue | undefined {
  return attribute?.arguments.find(({ name }) => names.includes(name))?.value;
}

export function attributeOf(
  of: { readonly attributes: readonly Attribute[] } | undefined,
  name: string,
): Attribute | undefined {
  return of?.attributes.find((each) => each.name === name);
}
