import { execute, type DocumentNode, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Session } from '../auth/session.js';
import type { Context } from './context.js';
import { withDeadline } from './deadline.js';

/** Whoever asks a moment later is answered with the same. Longer would show what hangs below an event as it is no more. */
const HOLDS_FOR_MS = 20;

/** What an event is answered with. */
export interface Answer {
  readonly result: ExecutionResult;
  /** The result as it is sent; undefined when it has errors: what is told of those, and noted, is each caller's own. */
  readonly text: string | undefined;
}

/** Somebody who follows, and what they ask of each event. */
export interface Follower {
  readonly args: ExecutionArgs;
  readonly session: Session;
  /** Everything that decides the answer beside the document and the event. */
  readonly terms: string;
}

interface Made extends Answer {
  readonly isPersonal: boolean;
}

interface SharedAnswer {
  /** Whoever asked first. */
  readonly by: Follower;
  readonly making: Promise<Made>;
  /** As soon as it is there. */
  made?: Made;
}

interface Deps {
  readonly operationMs: number;
  readonly createContext: (session: Session, signal: AbortSignal) => Context;
}

/**
 * A thousand followers of one run mostly ask the same: each event is answered, and written out, once for all who have the
 * same document, variables and rights. That none but the rights count is not taken for granted: the session notes when it
 * is asked who it is, and then everybody gets an answer of their own.
 */
export class SharedAnswers {
  private readonly answers = new WeakMap<object, Map<DocumentNode, Map<string, SharedAnswer>>>();

  constructor(private readonly deps: Deps) {}

  follower(args: ExecutionArgs, session: Session): Follower {
    return { args, session, terms: JSON.stringify([args.operationName, args.variableValues, session.rights]) };
  }

  /** A promise only where there is something to wait for: thousands ask at the same moment. */
  answer(event: object, follower: Follower): Answer | Promise<Answer> {
    const shared = this.find(event, follower) ?? this.share(event, follower);
    const own = (made: Made): Answer | Promise<Answer> => (made.isPersonal && shared.by !== follower ? this.make(event, follower) : made);
    if (shared.made) return own(shared.made);
    return shared.making.then(own);
  }

  private find(event: object, { args: { document }, terms }: Follower): SharedAnswer | undefined {
    return this.answers.get(event)?.get(document)?.get(terms);
  }

  private share(event: object, follower: Follower): SharedAnswer {
    const { args: { document }, terms } = follower;
    const ofEvent = this.answers.get(event) ?? new Map<DocumentNode, Map<string, SharedAnswer>>();
    const ofDocument = ofEvent.get(document) ?? new Map<string, SharedAnswer>();
    const making = this.make(event, follower);
    const shared: SharedAnswer = { by: follower, making };
    this.answers.set(event, ofEvent.set(document, ofDocument.set(terms, shared)));
    const forget = (): void => {
      ofDocument.delete(terms);
      if (ofDocument.size === 0) ofEvent.delete(document);
    };
    making.then((made) => {
      shared.made = made;
      setTimeout(forget, HOLDS_FOR_MS).unref();
      // Whoever waits is told what went wrong; the next one tries again.
    }, forget);
    return shared;
  }

  /** In a context of its own: it ends with none of those who wait for it. */
  private async make(event: object, { args, session }: Follower): Promise<Made> {
    const asking = session.again();
    const late = new AbortController();
    const contextValue = this.deps.createContext(asking, late.signal);
    const result = await withDeadline(this.deps.operationMs, late, async () => execute({ ...args, contextValue, rootValue: event }));
    return { result, text: result.errors ? undefined : JSON.stringify(result), isPersonal: asking.wasIdentified };
  }
}
