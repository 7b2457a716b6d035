import type { Call } from '../call.js';
import { badRequest, GraphFailure } from './graph-failure.js';

const DEFAULT_PAGE_SIZE = 100;
const MOST_ON_A_PAGE = 999;

export interface PageOfItems<Item> {
  readonly items: readonly Item[];
  readonly nextLink: string | undefined;
  readonly isFirst: boolean;
}

function pageSize(call: Call, most: number): number {
  const text = call.url.searchParams.get('$top');
  if (text === null) return DEFAULT_PAGE_SIZE;
  const size = Number(text);
  if (Number.isInteger(size) && size >= 1 && size <= most) return size;
  throw badRequest(`Invalid page size specified: '${text}'. Must be between 1 and ${most} inclusive.`);
}

/** The token names the last item of the page before; when that is no longer among the items, the token has expired. */
function startAfter<Item>(items: readonly Item[], token: string | null, idOf: (item: Item) => string): number {
  if (token === null) return 0;
  const lastId = Buffer.from(token, 'base64url').toString('utf8');
  const position = items.findIndex((item) => idOf(item) === lastId);
  if (position >= 0) return position + 1;
  throw new GraphFailure(400, 'Directory_ExpiredPageToken', 'The specified page token value has expired and can no longer be included in your request.');
}

/** Cuts out the page that the call asks for; its link leads back to where the call came in. */
export function pageOf<Item>(call: Call, items: readonly Item[], idOf: (item: Item) => string, most = MOST_ON_A_PAGE): PageOfItems<Item> {
  if (call.url.searchParams.has('$skip')) throw badRequest("'$skip' is not supported by the service.");
  const token = call.url.searchParams.get('$skiptoken');
  const start = startAfter(items, token, idOf);
  const page = items.slice(start, start + pageSize(call, most));
  const last = page.at(-1);
  const isFirst = token === null;
  if (last === undefined || start + page.length >= items.length) return { items: page, nextLink: undefined, isFirst };
  const link = new URL(call.url);
  link.searchParams.set('$skiptoken', Buffer.from(idOf(last)).toString('base64url'));
  return { items: page, nextLink: link.href, isFirst };
}
