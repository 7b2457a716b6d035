import type { Context, Middleware } from '@microsoft/microsoft-graph-client';

/** Sends the request. The SDK's own handler loses why a connection failed, so the reason goes into the message. */
export class Transport implements Middleware {
  async execute(context: Context): Promise<void> {
    try {
      context.response = inGraphShape(await fetch(context.request as string | Request, context.options));
    } catch (error) {
      throw new Error(describe(error), { cause: error });
    }
  }
}

/** A proxy's error page in HTML would cost the SDK the headers, and us Retry-After: it is put into the shape of Graph's own errors. */
function inGraphShape(response: Response): Response {
  if (response.ok || (response.headers.get('content-type') ?? '').includes('json')) return response;
  const headers = new Headers(response.headers);
  headers.set('content-type', 'application/json');
  headers.delete('content-length');
  headers.delete('content-encoding');
  const error = { code: 'UnknownError', message: `The answer ${response.status} was not from Microsoft Graph itself.`, innerError: {} };
  return new Response(JSON.stringify({ error }), { status: response.status, statusText: response.statusText, headers });
}

function describe(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error));
  const { code } = (cause ?? {}) as { code?: unknown };
  return typeof code === 'string' ? `${message} (${code})` : message;
}
