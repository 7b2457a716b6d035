import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import { randomUUID } from 'node:crypto';
import { DomainError, type ErrorCode, type Problem } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';

/** What graphql-js and Apollo say of a request that never reached a resolver: the caller's fault in our words. */
const CALLER_FAULTS: ReadonlySet<unknown> = new Set([
  ApolloServerErrorCode.GRAPHQL_PARSE_FAILED,
  ApolloServerErrorCode.GRAPHQL_VALIDATION_FAILED,
  ApolloServerErrorCode.BAD_USER_INPUT,
  ApolloServerErrorCode.BAD_REQUEST,
  ApolloServerErrorCode.OPERATION_RESOLUTION_FAILURE,
]);

/** graphql-js tells a document that is too long only in its sentence. */
const TOO_LONG = /^Syntax Error: Document contains more tha[nt] \d+ tokens/;

/** Turns every error into one of our codes. What is not the caller's fault is logged whole and shown as nothing but a requestId. */
export class ErrorMap {
  constructor(private readonly logger: Logger) {}

  readonly format = (formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError => {
    const cause = causeOf(error);
    const place = { ...(formatted.locations && { locations: formatted.locations }), ...(formatted.path && { path: formatted.path }) };
    if (cause instanceof DomainError) return { message: cause.message, ...place, extensions: { code: cause.code, problems: cause.problems } };
    if (TOO_LONG.test(formatted.message)) return { message: formatted.message, ...place, extensions: toExtensions('QUERY_TOO_COMPLEX') };
    if (isCallerFault(formatted, cause)) {
      const problems = [{ path: pathInMessage(formatted.message), message: formatted.message }];
      return { message: formatted.message, ...place, extensions: toExtensions('BAD_USER_INPUT', problems) };
    }
    const requestId = randomUUID();
    this.logger.error({ err: cause, requestId, path: formatted.path }, 'A request failed by a fault of the service.');
    return { message: `Something went wrong in the service. Its log has the details under ${requestId}.`, ...place, extensions: { ...toExtensions('INTERNAL_SERVER_ERROR'), requestId } };
  };

  /** The same for operations over a WebSocket, where graphql-js errors arrive as they were thrown. */
  readonly formatAll = (errors: readonly GraphQLError[]): GraphQLFormattedError[] => errors.map((error) => this.format(error.toJSON(), error));
}

export function toExtensions(code: ErrorCode, problems: readonly Problem[] = []): { code: ErrorCode; problems: readonly Problem[] } {
  return { code, problems };
}

/** What was thrown, whether by a resolver or before any of them ran. */
function causeOf(error: unknown): unknown {
  const unwrapped = unwrapResolverError(error);
  return unwrapped instanceof GraphQLError && unwrapped.originalError instanceof DomainError ? unwrapped.originalError : unwrapped;
}

/** A fault that graphql-js found by itself has no original error; one that a resolver threw has. */
function isCallerFault(formatted: GraphQLFormattedError, cause: unknown): boolean {
  if (CALLER_FAULTS.has(formatted.extensions?.['code'])) return true;
  return cause instanceof GraphQLError && cause.originalError === undefined && formatted.path === undefined;
}

/** graphql-js tells where in a variable the fault lies only in its sentence: … at "input.steps[0].key"; … */
function pathInMessage(message: string): Problem['path'] {
  const [, place] = /at "([A-Za-z0-9_.[\]]+)"/.exec(message) ?? [];
  const [, variable] = /Variable "\$(\w+)"/.exec(message) ?? [];
  const text = place ?? variable ?? '';
  return [...text.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}
