/** Every code that a caller can meet in `extensions.code`, with what it means. docs/errors.md is held against this table. */
export const ERROR_CODES = {
  BAD_USER_INPUT: 'The request cannot be understood or breaks a rule; `problems` names each place and the mend.',
  UNAUTHENTICATED: 'No valid API key or token came with the request.',
  FORBIDDEN: 'The key or token is valid, but its roles or limits do not allow this, or it has no role.',
  NOT_FOUND: 'There is no such thing, or the caller may not see it.',
  CONFLICT: 'Somebody saved a newer revision since this one was read: read again, then repeat the change.',
  IDEMPOTENCY_CONFLICT: 'This idempotency key was used before with another input.',
  PRECONDITION_FAILED: 'The request is right but cannot be carried out as things stand; `problems` says what to mend first.',
  QUERY_TOO_COMPLEX: 'The operation is too deep, too long or asks for too much at once; nothing of it was carried out.',
  RATE_LIMITED: 'Too much was asked in too short a time: wait a little and repeat the request.',
  INTERNAL_SERVER_ERROR: 'A fault of the service. The details stand in its log under `requestId`.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

/** One thing that is wrong with a request. The path leads from the operation's arguments: `["input", "steps", 0, "action"]`. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** The caller's fault, told with a code and, where it helps, the places. Its text reaches the caller: nothing internal in it. */
export class DomainError extends Error {
  readonly code: ErrorCode;
  readonly problems: readonly Problem[];

  constructor(code: ErrorCode, message: string, problems: readonly Problem[] = []) {
    super(message);
    this.name = 'DomainError';
    this.code = code;
    this.problems = problems;
  }
}

/** Too much at once: says in how many seconds it is worth to come again. */
export class RateLimited extends DomainError {
  constructor(
    message: string,
    readonly retryAfterSeconds: number,
  ) {
    super('RATE_LIMITED', message);
  }
}

/** Refuses a request with everything that is wrong with it at once; does nothing when nothing is. */
export function refuseIfAny(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  throw new DomainError('BAD_USER_INPUT', problems.map((problem) => problem.message).join(' '), problems);
}

export function badInput(path: Problem['path'], message: string): DomainError {
  return new DomainError('BAD_USER_INPUT', message, [{ path, message }]);
}
