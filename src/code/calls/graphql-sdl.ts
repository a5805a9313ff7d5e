import type { DefinitionNode, FieldDefinitionNode, TypeNode } from 'graphql/language/ast';
import { parse } from 'graphql/language/parser';

/** One field of a type: what it gives, and whether that is a list. */
export interface GraphqlField {
  readonly of: string;
  readonly type: string;
  readonly isList: boolean;
}

export interface GraphqlSchema {
  /** Every object type and interface that is defined. */
  readonly types: readonly string[];
  readonly fields: readonly GraphqlField[];
  /** An interface or a union, and a type that it may be. */
  readonly kinds: readonly { readonly of: string; readonly type: string }[];
}

/** What a schema in GraphQL's own language says; undefined for a text that is none. */
export function readSdl(text: string): GraphqlSchema | undefined {
  const definitions = definitionsIn(text);
  return (
    definitions && {
      types: definitions.flatMap((one) => (isObject(one) ? [one.name.value] : [])),
      fields: definitions.flatMap((one) =>
        isObject(one) ? (one.fields ?? []).map((field) => fieldOf(one.name.value, field)) : [],
      ),
      kinds: definitions.flatMap(kindsOf),
    }
  );
}

type ObjectNode = Extract<DefinitionNode, { readonly fields?: readonly FieldDefinitionNode[] }>;

function isObject(node: DefinitionNode): node is ObjectNode {
  return /^(?:ObjectType|InterfaceType)(?:Definition|Extension)$/.test(node.kind);
}

/** A schema that is half typed, or put together at run time, does not parse: it says nothing. */
function definitionsIn(text: string): readonly DefinitionNode[] | undefined {
  try {
    return parse(text, { noLocation: true }).definitions;
  } catch {
    return undefined;
  }
}

function fieldOf(of: string, { type }: FieldDefinitionNode): GraphqlField {
  let isList = false;
  let node: TypeNode = type;
  while (node.kind !== 'NamedType') {
    if (node.kind === 'ListType') isList = true;
    node = node.type;
  }
  return { of, type: node.name.value, isList };
}

function kindsOf(node: DefinitionNode): GraphqlSchema['kinds'] {
  if (node.kind === 'UnionTypeDefinition' || node.kind === 'UnionTypeExtension')
    return (node.types ?? []).map(({ name }) => ({ of: node.name.value, type: name.value }));
  if (!isObject(node)) return [];
  return (node.interfaces ?? []).map(({ name }) => ({ of: name.value, type: node.name.value }));
}
