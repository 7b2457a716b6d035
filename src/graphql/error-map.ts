import { ApolloServerErrorCode, unwrapResolverError } from '@apollo/server/errors';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Caller } from '../auth/caller.js';
import { DomainError, RateLimited, type ErrorCode, type Problem } from '../kernel/errors.js';
import type { Logger } from '../kernel/logger.js';
import type { Refusals } from '../kernel/refusals.js';
import { DeadlinePassed } from './deadline.js';
import { withoutValues } from './without-values.js';

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

/** What is refused with these before it is carried out had to be read first. */
const USELESS: ReadonlySet<ErrorCode> = new Set(['QUERY_TOO_COMPLEX', 'BAD_USER_INPUT']);

/** graphql-js repeats in its sentences what was sent; nobody is answered with more than was of use. */
const MAX_MESSAGE_LENGTH = 2_000;
const MAX_PROBLEMS = 100;

/** graphql-js helps with names of the schema, which are nobody's business where the schema may not be read. */
const SUGGESTION = / Did you mean [^?]*\?/g;

interface Deps {
  readonly logger: Logger;
  readonly refusals: Refusals;
  readonly allowIntrospection: boolean;
  /** Told of each operation that was read, and refused before anything of it was carried out. */
  readonly onUseless: (caller: Caller, isTooMuch: boolean) => void;
}

/** Turns every error into one of our codes. What is not the caller's fault is logged whole and shown as nothing but a requestId. */
export class ErrorMap {
  constructor(private readonly deps: Deps) {}

  format(formatted: GraphQLFormattedError, error: unknown, caller: Caller): GraphQLFormattedError {
    const cause = causeOf(error);
    const place = { ...(formatted.locations && { locations: formatted.locations }), ...(formatted.path && { path: formatted.path }) };
    const refusal = toRefusal(formatted, cause, this.deps.allowIntrospection);
    if (refusal) {
      this.note(refusal.extensions.code, caller, formatted.path === undefined);
      return { message: refusal.message, ...place, extensions: refusal.extensions };
    }
    const { requestId } = caller;
    caller.outcome = 'failed';
    this.logFault(cause, caller, formatted.path);
    const what = cause instanceof DeadlinePassed ? cause.message : 'Something went wrong in the service.';
    return { message: `${what} Its log has the details under ${requestId}.`, ...place, extensions: { ...toExtensions('INTERNAL_SERVER_ERROR'), requestId } };
  }

  /** The same for operations over a WebSocket, where graphql-js errors arrive as they were thrown. */
  formatAll(errors: readonly GraphQLError[], caller: Caller): GraphQLFormattedError[] {
    return errors.map((error) => this.format(error.toJSON(), error, caller));
  }

  /** A whole answer, for what never became an operation. */
  answer(error: Error, caller: Caller): { errors: GraphQLFormattedError[] } {
    return { errors: [this.format({ message: error.message }, error, caller)] };
  }

  logFault(error: unknown, caller?: Caller, path?: GraphQLFormattedError['path']): void {
    this.deps.logger.error({ err: error, requestId: caller?.requestId, path }, 'A request failed by a fault of the service.');
  }

  private note(code: ErrorCode, caller: Caller, isBeforeExecution: boolean): void {
    if (caller.outcome === 'ok') {
      caller.outcome = 'refused';
      if (isBeforeExecution && USELESS.has(code)) this.deps.onUseless(caller, code === 'QUERY_TOO_COMPLEX');
    }
    if (caller.isNews(code)) this.deps.refusals.note(caller.via, code, caller);
  }
}

export interface ErrorExtensions extends Record<string, unknown> {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];
}

export function toExtensions(code: ErrorCode, problems: readonly Problem[] = []): ErrorExtensions {
  return { code, problems: problems.slice(0, MAX_PROBLEMS) };
}

/** The caller's fault, in our words; undefined when it is the service's. */
function toRefusal({ message: told, extensions, path }: GraphQLFormattedError, cause: unknown, maySuggest: boolean): { message: string; extensions: ErrorExtensions } | undefined {
  if (cause instanceof RateLimited) return { message: cause.message, extensions: { ...toExtensions(cause.code), retryAfterSeconds: cause.retryAfterSeconds } };
  if (cause instanceof DomainError) return { message: cause.message, extensions: toExtensions(cause.code, cause.problems) };
  const message = shortened(withoutValues(maySuggest ? told : told.replaceAll(SUGGESTION, '')));
  if (TOO_LONG.test(message)) return { message, extensions: toExtensions('QUERY_TOO_COMPLEX') };
  if (!isCallerFault(extensions?.['code'], path, cause)) return undefined;
  return { message, extensions: toExtensions('BAD_USER_INPUT', [{ path: pathInMessage(message), message }]) };
}

/** What was thrown, whether by a resolver or before any of them ran. */
function causeOf(error: unknown): unknown {
  const unwrapped = unwrapResolverError(error);
  const original = unwrapped instanceof GraphQLError ? unwrapped.originalError : undefined;
  return original instanceof DomainError || original instanceof DeadlinePassed ? original : unwrapped;
}

function shortened(message: string): string {
  return message.length > MAX_MESSAGE_LENGTH ? `${message.slice(0, MAX_MESSAGE_LENGTH)} …` : message;
}

/** A fault that graphql-js found by itself has no original error, or one of its own; one that a resolver threw has another, and a path. */
function isCallerFault(code: unknown, path: GraphQLFormattedError['path'], cause: unknown): boolean {
  if (CALLER_FAULTS.has(code)) return true;
  return cause instanceof GraphQLError && (cause.originalError === undefined || cause.originalError instanceof GraphQLError) && path === undefined;
}

/** graphql-js tells where in a variable the fault lies only in its sentence: … at "input.steps[0].key"; … */
function pathInMessage(message: string): Problem['path'] {
  const [, place] = /at "([A-Za-z0-9_.[\]]+)"/.exec(message) ?? [];
  const [, variable] = /Variable "\$(\w+)"/.exec(message) ?? [];
  const text = place ?? variable ?? '';
  return [...text.matchAll(/([A-Za-z_]\w*)|\[(\d+)\]/g)].map(([, name, index]) => name ?? Number(index));
}
