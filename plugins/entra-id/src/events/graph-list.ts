import { ActionError, type EventPayload, type PermissionNeed, type PolledFeed, type ReadFeedContext } from '@countermeasure/sdk';
import type { GraphClient } from '../graph-client.js';
import { pageUnusable, toFeedError, type Source } from './feed-error.js';
import { recordsOf } from './payload.js';

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;

/** A list of Graph's that grows. */
export interface GraphList extends Source {
  readonly path: string;
  /** The property that tells when a record came or changed: records are asked for by it. */
  readonly moment: string;
  /** Whether Graph can be asked to sort by it. */
  readonly isSortable: boolean;
  readonly pageSize: number;
  readonly permission: PermissionNeed;
  readonly everyMs: number;
  readonly overlapMs: number;
  /** Which records are worth telling; all of them when it is left out. */
  readonly isNews?: (record: EventPayload, since: Date) => boolean;
}

/** The feed of a list. */
export function pollList(list: GraphList): PolledFeed<GraphClient> {
  const { permission, everyMs, overlapMs } = list;
  return { kind: 'POLLED', permissions: [permission], everyMs, overlapMs, read: (context) => readList(list, context) };
}

async function readList(list: GraphList, { client, since, page, signal }: ReadFeedContext<GraphClient>): ReturnType<PolledFeed['read']> {
  const query = page === undefined ? firstQuery(list, since) : queryOf(page, client.origin, list);
  const answer = await client.readPage<unknown>(list.path, query, { signal, permissions: permissionNames(list) }).catch((error: unknown) => {
    throw toFeedError(error, list, page === undefined);
  });
  if (!Array.isArray(answer?.value)) throw new ActionError('PROVIDER_ERROR', `Microsoft Graph's answer is no page of ${list.title}.`, { retryable: true });
  const nextPage = answer['@odata.nextLink'];
  return { events: eventsOf(answer.value, list, since), ...(typeof nextPage === 'string' && { nextPage }) };
}

function firstQuery({ moment, isSortable, pageSize }: GraphList, since: Date): Readonly<Record<string, string>> {
  return { $filter: `${moment} ge ${since.toISOString()}`, ...(isSortable && { $orderby: moment }), $top: String(pageSize) };
}

/**
 * What a link asks for, where it leads to the same list. It was kept, so it is data and could be anything: only its query
 * is used, and never its address, which is where the token goes.
 */
function queryOf(link: string, origin: string, list: GraphList): string {
  const url = URL.parse(link);
  // Graph spells the paths of its own links now and then in other letters: auditLogs/signins.
  const isSameList = url?.origin === origin && url.pathname.toLowerCase() === `/v1.0${list.path}`.toLowerCase();
  if (!url || !isSameList || url.search === '') throw pageUnusable(list);
  return url.search;
}

function permissionNames({ permission: { name, includedIn = [] } }: GraphList): readonly string[] {
  return [name, ...includedIn];
}

/** The records of a page, the oldest first. */
function eventsOf(records: readonly unknown[], { moment, isNews }: GraphList, since: Date): readonly EventPayload[] {
  const news = recordsOf(records).filter((record) => isNews?.(record, since) ?? true);
  return news.toSorted((one, other) => timeOf(one[moment]) - timeOf(other[moment]));
}

function timeOf(value: unknown): number {
  const time = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? 0 : time;
}
