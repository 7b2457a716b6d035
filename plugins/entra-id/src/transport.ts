import type { Context, Middleware } from '@microsoft/microsoft-graph-client';

/** Sends the request. The SDK's own handler loses why a connection failed, so the reason goes into the message. */
export class Transport implements Middleware {
  async execute(context: Context): Promise<void> {
    try {
      context.response = await fetch(context.request as string | Request, context.options);
    } catch (error) {
      throw new Error(describe(error), { cause: error });
    }
  }
}

function describe(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `${message} (${code})` : message;
}
