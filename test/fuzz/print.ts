import { getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputType } from 'graphql';
import type { Argument, Operation, Selection } from './documents.ts';

/** What a client sends. */
export interface Sent {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** An operation as a document and its variables. */
export function printOperation({ kind, root, selections }: Operation): Sent {
  const printer = new Printer();
  const body = printer.selections(selections, root);
  const declared = printer.declarations.length > 0 ? `(${printer.declarations.join(', ')})` : '';
  return { query: [`${kind} Fuzz${declared} ${body}`, ...printer.fragments].join('\n'), variables: printer.variables };
}

class Printer {
  readonly declarations: string[] = [];
  readonly variables: Record<string, unknown> = {};
  readonly fragments: string[] = [];

  selections(selections: readonly Selection[], parent: string | undefined): string {
    return `{ ${selections.map((selection) => this.selection(selection, parent)).join(' ')} }`;
  }

  private selection({ name, on, alias, directive, args, inFragment, below }: Selection, parent: string | undefined): string {
    if (on !== undefined) return `... on ${on} ${this.selections(below, on)}`;
    const given = args.length > 0 ? `(${args.map((argument) => this.argument(argument)).join(', ')})` : '';
    const field = [alias === undefined ? name : `${alias}: ${name}`, given, directive ? ` @${directive}(if: ${directive === 'include'})` : '', below.length > 0 ? ` ${this.selections(below, undefined)}` : ''].join('');
    if (!inFragment || parent === undefined) return field;
    const fragment = `F${this.fragments.length}`;
    this.fragments.push(`fragment ${fragment} on ${parent} { ${field} }`);
    return `...${fragment}`;
  }

  private argument({ name, type, value, isVariable }: Argument): string {
    if (!isVariable) return `${name}: ${literal(value, type)}`;
    const variable = `v${this.declarations.length}`;
    this.declarations.push(`$${variable}: ${type.toString()}`);
    this.variables[variable] = value;
    return `${name}: $${variable}`;
  }
}

/** A value as it stands in a document; what does not fit its type is written all the same. */
function literal(value: unknown, type: GraphQLInputType | undefined): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return `[${value.map((item) => literal(item, itemOf(type))).join(', ')}]`;
  if (typeof value === 'object') return `{${Object.entries(value).map(([name, inner]) => `${name}: ${literal(inner, fieldOf(type, name))}`).join(', ')}}`;
  if (typeof value === 'string' && type && isEnumType(getNamedType(type)) && /^[A-Z_]+$/.test(value)) return value;
  return JSON.stringify(value);
}

function itemOf(type: GraphQLInputType | undefined): GraphQLInputType | undefined {
  const inner = type && isNonNullType(type) ? (type.ofType) : type;
  return inner && isListType(inner) ? (inner.ofType) : undefined;
}

function fieldOf(type: GraphQLInputType | undefined, name: string): GraphQLInputType | undefined {
  const inner = type && getNamedType(type);
  return inner && isInputObjectType(inner) ? inner.getFields()[name]?.type : undefined;
}
