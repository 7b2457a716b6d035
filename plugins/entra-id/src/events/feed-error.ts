import { ActionError, isActionError } from '@countermeasure/sdk';

/** What is read, for whoever has to be told that it cannot be. */
export interface Source {
  /** As it stands in a sentence: `the sign-in log`. */
  readonly title: string;
  /** What helps when Microsoft refuses although the permission was granted. */
  readonly remedy: string;
  /** How long to wait when Microsoft asks to slow down and does not say for how long. */
  readonly patienceMs: number;
}

/** The page that was to be continued with cannot be, today or later: what it was to bring is found by beginning anew. */
export function pageUnusable(source: Source, cause?: unknown): ActionError {
  return new ActionError('PAGE_UNUSABLE', `The next page of ${source.title} is no longer to be had.`, { remedy: 'Nothing to do: the list is read from its beginning again.', cause });
}

/** The mapping of Graph's refusals is about single users; here it is told of a list. */
export function toFeedError(error: unknown, source: Source, isFirstPage: boolean): unknown {
  if (!isActionError(error)) return error;
  if (!isFirstPage && (error.code === 'INVALID_REQUEST' || error.code === 'TARGET_NOT_FOUND')) return pageUnusable(source, error);
  return BY_CODE[error.code]?.(error, source) ?? error;
}

const BY_CODE: Readonly<Record<string, (error: ActionError, source: Source) => ActionError>> = {
  TARGET_NOT_FOUND: (error, { title, remedy }) => changed(error, { code: 'NOT_AVAILABLE', message: `Microsoft Graph does not have ${title} for this tenant.`, remedy }),
  LICENCE_MISSING: (error, { remedy }) => changed(error, { remedy }),
  // Without a licence Microsoft Graph often answers as if a permission were missing: https://github.com/microsoft/zerotrustassessment/issues/1022
  PRIVILEGED_ROLE_REQUIRED: (error, { title, remedy }) =>
    changed(error, { code: 'LICENCE_MISSING', message: `Microsoft Graph does not show ${title}, although the permission was granted: most likely the tenant has no licence for it.`, remedy }),
  THROTTLED: (error, { patienceMs }) => (error.retryAfterMs === undefined && error.retryable ? changed(error, { retryAfterMs: patienceMs }) : error),
};

/** The error in other words. */
function changed(error: ActionError, { code = error.code, message = error.message, ...rest }: { code?: string; message?: string; remedy?: string; retryAfterMs?: number }): ActionError {
  const { retryable, retryAfterMs, remedy, providerRequestId, concernsConnection } = error;
  return new ActionError(code, message, {
    retryable,
    concernsConnection,
    cause: error,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(remedy !== undefined && { remedy }),
    ...(providerRequestId !== undefined && { providerRequestId }),
    ...rest,
  });
}
