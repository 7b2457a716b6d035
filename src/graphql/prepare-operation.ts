import { GraphQLError, parse, specifiedRules, validate, type DocumentNode, type GraphQLSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { LIMITS, costError, documentLimits } from './limits.js';

const KEPT_DOCUMENTS = 1_000;
const LONGEST_KEPT = 20_000;

export interface SentOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
  readonly operationName: string | undefined;
}

/** Reads and checks operations that come over sockets, as Apollo does for those over HTTP: nothing is executed that breaks a rule or a limit. */
export class OperationReader {
  private readonly documents = new LRUCache<string, DocumentNode>({ max: KEPT_DOCUMENTS });

  constructor(private readonly schema: GraphQLSchema) {}

  /** The document, or everything that is wrong with the operation. */
  read({ query, variables, operationName }: SentOperation): DocumentNode | readonly GraphQLError[] {
    const document = this.documents.get(query) ?? this.check(query);
    if ('kind' in document) {
      const error = costError(this.schema, document, variables, operationName);
      return error ? [error] : document;
    }
    return document;
  }

  private check(query: string): DocumentNode | readonly GraphQLError[] {
    let document: DocumentNode;
    try {
      document = parse(query, { maxTokens: LIMITS.tokens });
    } catch (error) {
      if (error instanceof GraphQLError) return [error];
      throw error;
    }
    const errors = validate(this.schema, document, [...specifiedRules, documentLimits]);
    if (errors.length > 0) return errors;
    if (query.length <= LONGEST_KEPT) this.documents.set(query, document);
    return document;
  }
}
