import type { Answer, Call } from '../call.js';
import { badRequest, GraphFailure } from './graph-failure.js';
import { contextUrl, graphAnswer } from './graph-route.js';
import { parseFilter } from './odata-filter.js';
import { checkFilter, fitsFilter } from './odata-match.js';
import type { FilterScope } from './odata-match.js';
import { pageOf } from './odata-page.js';

/** A list of records that grows with time, and how it may be asked for. */
export interface RecordList {
  /** Its path, as `@odata.context` names it. */
  readonly set: string;
  readonly filter: FilterScope;
  /** What it can be sorted by. Unasked, the newest by the first of them come first. */
  readonly times: readonly [string, ...string[]];
  readonly properties: readonly string[];
  readonly mostOnAPage?: number;
}

type GraphRecord = Readonly<Record<string, unknown>> & { readonly id: string };

/** `status/errorCode` leads into the record; a filter compares numbers as they are written. */
function readPath(record: unknown, path: string): unknown {
  const value = path.split('/').reduce<unknown>((object, name) => (object as Readonly<Record<string, unknown>> | null | undefined)?.[name], record);
  return typeof value === 'number' ? String(value) : value;
}

function narrow<Listed extends GraphRecord>(call: Call, records: readonly Listed[], { filter: scope }: RecordList): readonly Listed[] {
  const text = call.url.searchParams.get('$filter');
  if (text === null) return records;
  const filter = parseFilter(text);
  checkFilter(filter, scope);
  return records.filter((record) => fitsFilter(record, filter, scope, readPath));
}

function order<Listed extends GraphRecord>(call: Call, records: readonly Listed[], { times, filter }: RecordList): readonly Listed[] {
  const text = call.url.searchParams.get('$orderby') ?? `${times[0]} desc`;
  const [written = '', direction = 'asc', ...rest] = text.trim().toLowerCase().split(/\s+/);
  const time = times.find((name) => name.toLowerCase() === written);
  if (time === undefined || !['asc', 'desc'].includes(direction) || rest.length > 0) {
    throw badRequest(`Unsupported sort property or direction '${text}' for ${filter.resource}; it is sorted by: ${times.join(', ')}.`);
  }
  const sign = direction === 'desc' ? -1 : 1;
  const timeOf = (record: Listed): number => Date.parse(String(record[time]));
  return records.toSorted((one, other) => sign * (timeOf(one) - timeOf(other) || (one.id < other.id ? -1 : 1)));
}

function selectFrom(record: GraphRecord, call: Call, { properties, filter }: RecordList): Record<string, unknown> {
  const select = call.url.searchParams.get('$select');
  if (select === null) return { ...record };
  const names = select.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !properties.includes(name));
  if (unknown === undefined) return Object.fromEntries(names.map((name) => [name, record[name]]));
  throw new GraphFailure(400, 'BadRequest', `Parsing OData Select and Expand failed: Could not find a property named '${unknown}' on type 'microsoft.graph.${filter.resource}'.`);
}

/** The page of the list that the call asks for by `$filter`, `$orderby`, `$top` and `$select`. */
export function answerRecords<Listed extends GraphRecord>(call: Call, records: readonly Listed[], list: RecordList): Answer {
  const page = pageOf(call, order(call, narrow(call, records, list), list), (record) => record.id, list.mostOnAPage);
  return graphAnswer(call, {
    '@odata.context': contextUrl(call, list.set),
    ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
    value: page.items.map((record) => selectFrom(record, call, list)),
  });
}

/** One record of the list by its id; undefined when there is none. */
export function answerRecord(call: Call, records: readonly GraphRecord[], id: string, list: RecordList): Answer | undefined {
  const found = records.find((record) => record.id.toLowerCase() === id.toLowerCase());
  if (found === undefined) return undefined;
  return graphAnswer(call, { '@odata.context': contextUrl(call, `${list.set}/$entity`), ...selectFrom(found, call, list) });
}
