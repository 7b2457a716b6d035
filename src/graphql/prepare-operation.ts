import { GraphQLError, NoSchemaIntrospectionCustomRule, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema, type ValidationRule } from 'graphql';
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
    const errors = validate(this.schema, document, this.rules);
    if (errors.length > 0) return errors;
    this.documents.keep(query, document);
    return document;
  }
}
