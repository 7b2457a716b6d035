import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';
import { within } from '../kernel/within.js';

/** The service did not finish in time; whoever asked is told so instead of waiting on. */
export class DeadlinePassed extends Error {
  constructor(ms: number) {
    super(`The operation was not finished within ${ms / 1_000} s and was given up. What it was to change may have been changed: read before you repeat it.`);
    this.name = 'DeadlinePassed';
  }
}

/** The work's result, or DeadlinePassed when it takes too long. Then `late` aborts, for the work to stop. */
export async function withDeadline<T>(ms: number, late: AbortController, work: () => Promise<T>): Promise<T> {
  const timer = setTimeout(() => late.abort(new DeadlinePassed(ms)), ms);
  try {
    return await within(late.signal, work);
  } finally {
    clearTimeout(timer);
  }
}

/** A subscription may last as long as it likes; answering one of its events may not. */
export async function subscribeWithDeadline(args: ExecutionArgs, ms: number, late: AbortController): Promise<AsyncGenerator<ExecutionResult, void, void> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  return answerEvents(source[Symbol.asyncIterator](), (event) => withDeadline(ms, late, async () => execute({ ...args, rootValue: event })));
}

/** Written out, since a generator that waits for its next event could not be told to return. */
function answerEvents(source: AsyncIterator<unknown>, answer: (event: unknown) => Promise<ExecutionResult>): AsyncGenerator<ExecutionResult, void, void> {
  const leave = async (): Promise<IteratorReturnResult<undefined>> => {
    await source.return?.();
    return { done: true, value: undefined };
  };
  const events: Pick<AsyncGenerator<ExecutionResult, void, void>, 'next' | 'return' | 'throw'> = {
    next: async () => {
      const event: IteratorResult<unknown, unknown> = await source.next();
      if (event.done === true) return { done: true, value: undefined };
      try {
        return { done: false, value: await answer(event.value) };
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
