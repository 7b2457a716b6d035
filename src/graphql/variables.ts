import { isInputObjectType, isListType, isNonNullType, Kind, typeFromAST, type DocumentNode, type GraphQLError, type GraphQLInputType, type GraphQLSchema } from 'graphql';
import { badInput, DomainError } from '../kernel/errors.js';
import { toGraphqlError } from './limits.js';

type Path = readonly (string | number)[];

/** Entries of one list that is sent in. Literal ones are bounded by the length of the document. */
const MAX_LIST_LENGTH = 1_000;

/** Objects and lists in each other. Whatever reads a value calls itself for each, so a deep one would exhaust the stack. */
const MAX_DEPTH = 64;

/** Refuses variables that are too deep or have too long a list. What does not fit its type is left to graphql-js, which tells the places. */
export function variablesError(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>): GraphQLError | undefined {
  try {
    checkVariables(schema, document, variables);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return toGraphqlError(error);
    throw error;
  }
}

function checkVariables(schema: GraphQLSchema, document: DocumentNode, variables: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(variables)) if (isDeeperThan(value, MAX_DEPTH)) throw badInput([name], `Variable "$${name.slice(0, 100)}" has more than ${MAX_DEPTH} lists and objects within each other.`);
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const { variable, type } of definition.variableDefinitions ?? []) {
      const known = typeFromAST(schema, type) as GraphQLInputType | undefined;
      if (known && Object.hasOwn(variables, variable.name.value)) checkLists(known, variables[variable.name.value], [variable.name.value]);
    }
  }
}

/** Level by level, without calling itself. */
function isDeeperThan(value: unknown, depth: number): boolean {
  let level = [value].filter(isNested);
  for (let left = depth; level.length > 0; left -= 1) {
    if (left === 0) return true;
    level = level.flatMap((nested): unknown[] => Object.values(nested)).filter(isNested);
  }
  return false;
}

function isNested(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** As deep as the type goes; what is JSON to the schema is held by those who know what it means. */
function checkLists(type: GraphQLInputType, value: unknown, path: Path): void {
  if (isNonNullType(type)) return checkLists(type.ofType, value, path);
  if (isListType(type) && Array.isArray(value)) {
    if (value.length > MAX_LIST_LENGTH) throw badInput(path, `This list has ${value.length} entries; at most ${MAX_LIST_LENGTH} are allowed.`);
    return value.forEach((entry, index) => checkLists(type.ofType, entry, [...path, index]));
  }
  if (!isInputObjectType(type) || !isNested(value)) return;
  for (const { name, type: fieldType } of Object.values(type.getFields())) {
    if (Object.hasOwn(value, name)) checkLists(fieldType, (value as Record<string, unknown>)[name], [...path, name]);
  }
}
