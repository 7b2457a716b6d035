import { createSourceEventStream, type ExecutionArgs, type ExecutionResult } from 'graphql';
import type { Answer } from './shared-answers.js';

/** How the events of a subscription are answered. */
export interface Answering {
  readonly answer: (event: object) => Answer | Promise<Answer>;
  /** Sends an answer that is written out already. */
  readonly send: (text: string) => Promise<void> | undefined;
}

/** Subscribes, and answers each event. What is written out is sent here; what has errors is left to graphql-ws, as are refusals and the end. */
export async function answerEvents(args: ExecutionArgs, answering: Answering): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  return iterate(source[Symbol.asyncIterator]() as AsyncIterator<object>, answering);
}

/** Written out, since a generator that waits for its next event could not be told to return. */
function iterate(source: AsyncIterator<object>, { answer, send }: Answering): AsyncGenerator<ExecutionResult, void, void> {
  let hasLeft = false;
  const leave = async (): Promise<IteratorReturnResult<undefined>> => {
    hasLeft = true;
    await source.return?.();
    return { done: true, value: undefined };
  };
  const next = async (): Promise<IteratorResult<ExecutionResult, void>> => {
    for (;;) {
      const event: IteratorResult<object, unknown> = await source.next();
      if (event.done === true) return { done: true, value: undefined };
      const answered = answer(event.value);
      const { text, result } = answered instanceof Promise ? await answered : answered;
      if (hasLeft) return { done: true, value: undefined };
      if (text === undefined) return { done: false, value: result };
      const sent = send(text);
      if (sent) await sent;
    }
  };
  const events: Pick<AsyncGenerator<ExecutionResult, void, void>, 'next' | 'return' | 'throw'> = {
    next: async () => {
      try {
        return await next();
      } catch (error) {
        await leave();
        throw error;
      }
    },
    return: leave,
    throw: async (error) => {
      await leave();
      throw error;
    },
  };
  const generator: AsyncGenerator<ExecutionResult, void, void> = { ...events, [Symbol.asyncIterator]: () => generator, [Symbol.asyncDispose]: async () => void (await leave()) };
  return generator;
}
