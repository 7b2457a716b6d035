import type { CombinedError } from 'urql';

/** Where the service sees a problem of an operation: `path` leads from its arguments. */
export interface Problem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Why an operation brought nothing; `code` is one of docs/errors.md, or UNREACHABLE when no answer came at all. */
export interface Fault {
  readonly code: string;
  readonly message: string;
  readonly problems: readonly Problem[];
  /** Under which the service's log has it. */
  readonly requestId?: string;
}

interface GraphqlError {
  readonly message: string;
  readonly extensions?: Readonly<Record<string, unknown>> | undefined;
}

export const UNREACHABLE = 'UNREACHABLE';

export function faultOfErrors(errors: readonly GraphqlError[]): Fault {
  const extensions = (errors[0]?.extensions ?? {}) as { code?: string; requestId?: string };
  return {
    code: extensions.code ?? 'INTERNAL_SERVER_ERROR',
    message: [...new Set(errors.map(({ message }) => message))].join(' '),
    problems: errors.flatMap((error) => (error.extensions?.['problems'] as Problem[] | undefined) ?? []),
    ...(extensions.requestId !== undefined && { requestId: extensions.requestId }),
  };
}

export function faultOf(error: CombinedError): Fault {
  if (error.graphQLErrors.length > 0) return faultOfErrors(error.graphQLErrors);
  return { code: UNREACHABLE, message: 'The service did not answer, so it is not sure whether this was done. Nothing that you typed is lost: look how things stand, then try again.', problems: [] };
}

/** Whether no answer came, or only that of a proxy before the service. */
export function isUnreachable(error: CombinedError): boolean {
  return error.graphQLErrors.length === 0 && error.networkError !== undefined;
}

/** What the service says about one field of a form, by the field's path from the operation's arguments. */
export function problemAt(fault: Fault | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = fault?.problems.filter((problem) => problem.path.join('.') === path.join('.'));
  return found?.length ? found.map(({ message }) => message).join(' ') : undefined;
}

/** How many problems the service found at a place of a form and below it. */
export function problemsBelow(fault: Fault | undefined, ...path: readonly (string | number)[]): number {
  const place = `${path.join('.')}.`;
  return fault?.problems.filter((problem) => `${problem.path.join('.')}.`.startsWith(place)).length ?? 0;
}

/** What the service says about a field and everything within it. */
export function problemWithin(fault: Fault | undefined, ...path: readonly (string | number)[]): string | undefined {
  const found = fault?.problems.filter((problem) => path.every((part, index) => problem.path[index] === part));
  return found?.length ? found.map(({ message }) => message).join(' ') : undefined;
}
