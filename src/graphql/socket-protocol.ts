import { execute, getOperationAST, type ExecutionArgs, type ExecutionResult, GraphQLError } from 'graphql';
import { CloseCode, type ServerOptions, type SubscribePayload } from 'graphql-ws';
import { Caller } from '../auth/caller.js';
import { spentOn } from '../auth/rate-limits.js';
import { DomainError, RateLimited } from '../kernel/errors.js';
import { inSpan } from '../kernel/tracing.js';
import type { GraphqlDoor } from './apollo.js';
import { answerEvents } from './answer-events.js';
import { DeadlinePassed, withDeadline } from './deadline.js';
import { LIMITS, toGraphqlError } from './limits.js';
import type { OpenSocket, OpenSockets } from './open-sockets.js';
import { patiently } from './patience.js';
import { OperationReader } from './prepare-operation.js';
import { SharedAnswers } from './shared-answers.js';

/** For a refusal that is over in a while; the reason is its code. 4400 to 4499 are errors of clients. */
const RATE_LIMITED_CLOSE_CODE = 4429;

/** What is kept with one socket. */
export interface SocketState extends Record<PropertyKey, unknown> {
  /** Whoever opened it; each operation has a caller of its own. */
  caller: Caller;
  opened?: OpenSocket;
  /** Operations that it was refused because of a limit. */
  refusals: number;
  /** Aborted when the socket closes. */
  readonly closing: AbortController;
  readonly signedIn: () => void;
  readonly send: (text: string) => Promise<void> | undefined;
  /** After what was to be sent before. */
  readonly close: (code?: number, reason?: string) => void;
}

/** One operation that is under way. */
interface Operation {
  readonly caller: Caller;
  readonly startedAt: number;
  /** Aborted when it takes too long. */
  readonly late: AbortController;
  /** One that fails in the middle ends twice, for graphql-ws. */
  isCounted: boolean;
}

/** What graphql-ws tells of an operation, for where it does not. */
interface UnderWay {
  readonly id: string;
  readonly socket: SocketState;
  readonly operation: Operation;
}

export type ProtocolOptions = ServerOptions<{ authorization?: unknown }, SocketState>;

/** Who may come in over a socket, and what becomes of each operation. */
export function protocolOptions(door: GraphqlDoor, open: OpenSockets): ProtocolOptions {
  const reader = new OperationReader(door.schema, door);
  const operations = new WeakMap<SubscribePayload, Operation>();
  const underWay = new WeakMap<object, UnderWay>();
  const { operationMs, socketSignInMs } = door.limits;
  const shared = new SharedAnswers({ operationMs, createContext: door.createContext });
  const underWayBy = ({ contextValue }: ExecutionArgs): UnderWay => {
    const found = underWay.get(contextValue as object);
    if (!found) throw new Error('Nobody is known to have sent this operation.');
    return found;
  };
  const operationOf = (payload: SubscribePayload): Operation => {
    const operation = operations.get(payload);
    if (!operation) throw new Error('Nobody is known to have sent this operation.');
    return operation;
  };
  return {
    schema: door.schema,
    connectionInitWaitTimeout: socketSignInMs,
    onConnect: ({ connectionParams, extra }) => signIn(door, open, extra, connectionParams?.authorization),
    onSubscribe: async ({ subscriptions, extra }, id, payload) => {
      const operation: Operation = { caller: extra.caller.again(), startedAt: performance.now(), late: new AbortController(), isCounted: false };
      operation.caller.bytes = payload.query.length;
      operations.set(payload, operation);
      const limited = await limitReached(door, operation.caller, payload.query, Object.keys(subscriptions).length);
      if (limited) {
        extra.refusals += 1;
        if (extra.refusals > LIMITS.refusalsPerSocket) extra.close(RATE_LIMITED_CLOSE_CODE, 'RATE_LIMITED');
        return [toGraphqlError(limited)];
      }
      const found = read(door, reader, operation.caller, payload);
      if (Array.isArray(found)) return found;
      const contextValue = door.createContext(operation.caller.requireSession(), AbortSignal.any([extra.closing.signal, operation.late.signal]));
      underWay.set(contextValue, { id, socket: extra, operation });
      return { ...found, contextValue };
    },
    execute: (args: ExecutionArgs) => inSpan('graphql', { kind: 'SERVER', attributes: { 'graphql.operation.type': getOperationAST(args.document, args.operationName)?.operation ?? 'unresolved' } }, () => executeWithDeadline(args, operationMs, underWayBy(args).operation.late)),
    subscribe: (args: ExecutionArgs) => {
      const { id, socket, operation } = underWayBy(args);
      const follower = shared.follower(args, operation.caller.requireSession());
      const begin = `{"id":${JSON.stringify(id)},"type":"next","payload":`;
      return answerEvents(args, { answer: (event) => shared.answer(event, follower), send: (text) => socket.send(`${begin}${text}}`) });
    },
    onNext: (_context, _id, payload, _args, result) => (result.errors ? { ...result, errors: door.errors.formatAll(result.errors, operationOf(payload).caller) } : result),
    onError: (_context, _id, payload, errors) => {
      const { caller } = operationOf(payload);
      const told = door.errors.formatAll(errors, caller);
      count(door, operationOf(payload));
      return told;
    },
    onComplete: (_context, _id, payload) => count(door, operationOf(payload)),
    onClose: ({ extra }) => {
      if (extra.opened) open.delete(extra.opened);
      extra.closing.abort();
    },
  };
}

async function signIn({ signIn: door, refusals, errors }: GraphqlDoor, open: OpenSockets, state: SocketState, presented: unknown): Promise<boolean> {
  const caller = new Caller('websocket', state.caller.address, typeof presented === 'string' ? presented : undefined);
  state.caller = caller;
  try {
    const session = await patiently(async () => {
      await door.refuseAfterRefusals(caller);
      return door.signIn(caller);
    });
    if (open.countOf(session.actor.id) >= LIMITS.socketsPerKey) throw new RateLimited('This key has as many sockets open as it may.', 1);
    state.opened = { actor: session.actor, expiresAt: session.expiresAt, close: () => state.close(CloseCode.Unauthorized, 'UNAUTHENTICATED') };
    open.add(state.opened);
    state.signedIn();
    return true;
  } catch (error) {
    if (error instanceof DomainError) {
      refusals.note('websocket', error.code, caller);
      state.close(closeCodeOf(error), error.code);
    } else {
      errors.logFault(error, caller);
      state.close(CloseCode.InternalServerError, 'INTERNAL_SERVER_ERROR');
    }
    return false;
  }
}

function closeCodeOf(error: DomainError): number {
  if (error instanceof RateLimited) return RATE_LIMITED_CLOSE_CODE;
  return error.code === 'FORBIDDEN' ? CloseCode.Forbidden : CloseCode.Unauthorized;
}

/** What is to be executed, or why it is refused. */
function read(door: GraphqlDoor, reader: OperationReader, caller: Caller, { query, variables, operationName }: SubscribePayload): ExecutionArgs | GraphQLError[] {
  const document = reader.read({ query, variables: variables ?? {}, operationName: operationName ?? undefined });
  if (!('kind' in document)) return [...document];
  caller.kind = getOperationAST(document, operationName)?.operation ?? 'unresolved';
  return { schema: door.schema, document, ...(variables && { variableValues: variables }), ...(operationName && { operationName }) };
}

/** Asked first: what is refused by a limit is not even read. */
async function limitReached({ signIn: door }: GraphqlDoor, caller: Caller, query: string, underWay: number): Promise<DomainError | undefined> {
  if (underWay > LIMITS.operationsPerSocket) {
    await door.noteRefused(caller, true);
    return new DomainError('RATE_LIMITED', `A socket may have ${LIMITS.operationsPerSocket} operations under way: end some of them, or open another socket.`);
  }
  try {
    await door.spend(spentOn(query), caller);
    return undefined;
  } catch (error) {
    if (error instanceof DomainError) return error;
    throw error;
  }
}

/** graphql-ws would close the socket over what is thrown here, and all other operations with it. */
async function executeWithDeadline(args: ExecutionArgs, ms: number, late: AbortController): Promise<ExecutionResult> {
  try {
    return await withDeadline(ms, late, async () => execute(args));
  } catch (error) {
    if (error instanceof DeadlinePassed) return { errors: [new GraphQLError(error.message, { originalError: error })] };
    throw error;
  }
}

function count({ metrics }: GraphqlDoor, operation: Operation): void {
  if (operation.isCounted) return;
  operation.isCounted = true;
  const { caller: { kind, via, outcome }, startedAt } = operation;
  metrics.operations.inc({ kind, via, outcome });
  if (kind === 'query' || kind === 'mutation') metrics.durations.observe({ kind, via }, (performance.now() - startedAt) / 1_000);
}
