import fc, { type Arbitrary } from 'fast-check';
import { operationOf } from './documents.ts';
import { printOperation, type Sent } from './print.ts';
import { brokenBody, brokenDocument, brokenMessages, oddRequest, type OddRequest } from './garbage.ts';

/** Who sends it; the last three are let in nowhere. */
export const CALLERS = ['ADMIN', 'AUTHOR', 'APPROVER', 'RESPONDER', 'VIEWER', 'NOBODY', 'INVALID', 'REVOKED'] as const;
export type Caller = (typeof CALLERS)[number];

/** One request, or one WebSocket with all that is sent over it. Plain data, so that a failure can be printed and sent again. */
export type Attempt =
  | { readonly way: 'HTTP'; readonly caller: Caller; readonly request: OddRequest }
  | { readonly way: 'SOCKET'; readonly caller: Caller; readonly messages: readonly string[]; readonly signsIn: boolean };

const caller: Arbitrary<Caller> = fc.oneof({ weight: 2, arbitrary: fc.constant('ADMIN' as const) }, { weight: 1, arbitrary: fc.constantFrom(...CALLERS) });

const operation: Arbitrary<Sent> = fc.oneof({ weight: 4, arbitrary: operationOf('query') }, { weight: 6, arbitrary: operationOf('mutation') }, { weight: 1, arbitrary: operationOf('subscription') }).map(printOperation);
const overSockets: Arbitrary<Sent> = fc.oneof({ weight: 2, arbitrary: operationOf('query') }, { weight: 2, arbitrary: operationOf('mutation') }, { weight: 2, arbitrary: operationOf('subscription') }).map(printOperation);

const post = (body: string): OddRequest => ({ method: 'POST', path: '/graphql', headers: { 'content-type': 'application/json' }, body });
const subscribe = (sent: Sent, index: number): string => JSON.stringify({ type: 'subscribe', id: `${index}`, payload: sent });

const request: Arbitrary<OddRequest> = fc.oneof(
  { weight: 14, arbitrary: operation.map((sent) => post(JSON.stringify(sent))) },
  { weight: 2, arbitrary: operation.chain(brokenDocument).map((sent) => post(JSON.stringify(sent))) },
  { weight: 1, arbitrary: operation.chain(brokenBody).map(post) },
  { weight: 2, arbitrary: operation.chain(oddRequest) },
);

const messages: Arbitrary<string[]> = fc.oneof(
  { weight: 5, arbitrary: fc.array(overSockets, { minLength: 1, maxLength: 3 }).map((all) => all.map(subscribe)) },
  { weight: 1, arbitrary: overSockets.chain(brokenDocument).map((sent) => [subscribe(sent, 0)]) },
  { weight: 2, arbitrary: overSockets.chain((sent) => brokenMessages(subscribe(sent, 0))) },
);

/** Three of four over HTTP. */
export const attempt: Arbitrary<Attempt> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ way: fc.constant('HTTP' as const), caller, request }) },
  { weight: 1, arbitrary: fc.record({ way: fc.constant('SOCKET' as const), caller, messages, signsIn: fc.nat(9).map((chance) => chance > 0) }) },
);
