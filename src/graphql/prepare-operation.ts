import { GraphQLError, NoSchemaIntrospectionCustomRule, SingleFieldSubscriptionsRule, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema, type ValidationRule } from 'graphql';
import { badInput, type DomainError } from '../kernel/errors.js';
import { KeptDocuments } from './kept-documents.js';
import { LIMITS, costError, documentLimits, textError, toGraphqlError } from './limits.js';
import { variablesError } from './variables.js';

export interface SentOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | undefined;
}

/** Reads and checks operations that come over sockets, as Apollo does for those over HTTP: nothing is executed that breaks a rule or a limit. */
export class OperationReader {
  private readonly documents = new KeptDocuments();

  private readonly rules: readonly ValidationRule[];

  constructor(
    private readonly schema: GraphQLSchema,
    { allowIntrospection }: { allowIntrospection: boolean },
  ) {
    this.rules = [...specifiedRules, documentLimits, ...(allowIntrospection ? [] : [NoSchemaIntrospectionCustomRule])];
  }

  /** The document, or everything that is wrong with the operation. */
  read({ query, variables, operationName }: SentOperation): DocumentNode | readonly GraphQLError[] {
    const document = this.documents.find(query) ?? this.check(query);
    if ('kind' in document) {
      const error = variablesError(this.schema, document, variables) ?? costError(this.schema, document, variables, operationName);
      return error ? [error] : document;
    }
    return document;
  }

  private check(query: string): DocumentNode | readonly GraphQLError[] {
    const tooMuch = textError(query);
    if (tooMuch) return [toGraphqlError(tooMuch)];
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: LIMITS.tokens });
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
    const errors = brokenRules(this.schema, document, this.rules);
    if (errors.length > 0) return errors;
    this.documents.keep(query, document);
    return document;
  }
}

/** What breaks the rules. graphql-js throws, where it should report, when a directive on a subscription's field has a variable that there is not. */
function brokenRules(schema: GraphQLSchema, document: DocumentNode, rules: readonly ValidationRule[]): readonly GraphQLError[] {
  try {
    return validate(schema, document, rules);
  } catch (error) {
    if (error instanceof GraphQLError) return [error];
    throw error;
  }
}

/** For Apollo, which takes what is thrown while it validates for a fault of its own: why a document with a subscription is not to reach it. */
export function subscriptionError(schema: GraphQLSchema, query: string): DomainError | undefined {
  if (!query.includes('subscription')) return undefined;
  let document: DocumentNode;
  try {
    document = parse(query, { maxTokens: LIMITS.tokens });
  } catch (error) {
    if (error instanceof GraphQLError) return undefined; // Apollo says what is wrong with it
    throw error;
  }
  const [broken] = brokenRules(schema, document, [SingleFieldSubscriptionsRule]);
  return broken && badInput([], broken.message);
}
