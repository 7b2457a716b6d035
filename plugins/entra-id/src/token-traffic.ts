/** What the sign-in service answered last, as far as it went. */
export interface TokenAnswer {
  readonly status?: number;
  /** Whether Microsoft can have given it: its answers are JSON, and its refusals have a number. */
  readonly isMicrosofts?: boolean;
  /** The AADSTS number of a refusal. */
  readonly aadsts?: string;
  /** Why there was no answer: a code of Node's, such as ENOTFOUND. */
  readonly networkCode?: string;
}

interface Answer {
  readonly status: number;
  readonly headers: { get(name: string): string | undefined };
  readonly bodyAsText?: string | null | undefined;
}

/**
 * Looks on while a credential talks to the sign-in service. MSAL tells only that something went wrong on the way, never
 * what: whether a name was not found, a certificate not trusted, or a proxy answered. It is a policy of Azure's pipeline.
 */
export class TokenTraffic {
  readonly name = 'countermeasureTokenTraffic';
  last: TokenAnswer = {};

  readonly sendRequest = async <Request, Response extends Answer>(request: Request, next: (request: Request) => Promise<Response>): Promise<Response> => {
    try {
      const answer = await next(request);
      this.last = read(answer);
      return answer;
    } catch (error) {
      this.last = { networkCode: networkCodeOf(error) };
      throw error;
    }
  };
}

function read({ status, headers, bodyAsText }: Answer): TokenAnswer {
  const isJson = (headers.get('content-type') ?? '').includes('json');
  if (status < 400 || status >= 500 || status === 429 || !isJson) return { status, isMicrosofts: isJson };
  const [, aadsts] = /AADSTS(\d{4,8})/.exec(bodyAsText ?? '') ?? [];
  return aadsts === undefined ? { status, isMicrosofts: false } : { status, isMicrosofts: true, aadsts };
}

/** The first code down the chain of causes. */
export function networkCodeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'UNKNOWN';
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const isNodes = typeof code === 'string' && /^(E[A-Z]|CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO|UND_ERR|HOSTNAME)/.test(code);
  if (isNodes) return code;
  return cause === undefined ? 'UNKNOWN' : networkCodeOf(cause);
}
