import { stringifyDocument, type TypedDocumentNode } from 'urql';
import { refused } from '../session/session.js';
import { faultOfErrors, type Fault } from './fault.js';
import { tellWay } from './reachability.js';
import { socket } from './socket.js';

const SHORTEST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 15_000;

const NOT_SIGNED_IN = 4401;
const NO_ROLE = 4403;

export interface Follower<Data> {
  /** How the service begins: 0 the first time, 1 after the first cut … */
  onOpen?(cuts: number): void;
  onData(data: Data): void;
  onFault(fault: Fault): void;
  onComplete(): void;
}

/**
 * Follows a subscription until it completes or is stopped. After a cut it subscribes again, with the variables as they are
 * then: so it goes on where it was.
 */
export function follow<Data, Variables>(document: TypedDocumentNode<Data, Variables>, variablesNow: () => Variables, follower: Follower<Data>): () => void {
  const query = stringifyDocument(document);
  let cuts = 0;
  let waitMs = SHORTEST_WAIT_MS;
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let stopCurrent = (): void => undefined;
  let isStopped = false;

  const subscribe = (): void => {
    if (cuts > 0) follower.onOpen?.(cuts);
    stopCurrent = socket.subscribe<Data>(
      { query, variables: variablesNow() as Record<string, unknown> },
      {
        next({ data, errors }) {
          waitMs = SHORTEST_WAIT_MS;
          if (isStopped) return;
          if (errors) follower.onFault(faultOfErrors(errors));
          else if (data) follower.onData(data);
        },
        error: (error) => !isStopped && ended(error),
        complete: () => !isStopped && follower.onComplete(),
      },
    );
  };

  const ended = (error: unknown): void => {
    if (Array.isArray(error)) return follower.onFault(faultOfErrors(error as Parameters<typeof faultOfErrors>[0]));
    const { code } = error as { code?: number };
    if (code === NOT_SIGNED_IN) return refused();
    if (code === NO_ROLE) return follower.onFault({ code: 'FORBIDDEN', message: 'You have no role in Countermeasure any more. Ask your administrator.', problems: [] });
    tellWay('socket', false);
    cuts += 1;
    // Not all at once, when the service comes back.
    waiting = setTimeout(subscribe, waitMs * (0.5 + Math.random() / 2));
    waitMs = Math.min(waitMs * 2, LONGEST_WAIT_MS);
  };

  subscribe();
  return () => {
    isStopped = true;
    clearTimeout(waiting);
    stopCurrent();
    // Nobody is left to find out that it is open again; whoever else is cut tells so anew.
    if (cuts > 0) tellWay('socket', true);
  };
}
