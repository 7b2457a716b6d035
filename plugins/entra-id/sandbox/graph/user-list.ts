import { headerText } from '../call.js';
import type { Answer, Call } from '../call.js';
import type { DirectoryUser } from '../tenant-state.js';
import { badRequest, GraphFailure } from './graph-failure.js';
import { contextUrl, graphAnswer } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { parseFilter } from './odata-filter.js';
import { checkFilter, fitsFilter } from './odata-match.js';
import type { FilterRules, FilterScope } from './odata-match.js';
import { pageOf } from './odata-page.js';
import { fitsSearch, parseSearch } from './odata-search.js';
import { READ_USERS } from './permission-check.js';
import { readUserProperty, selectedUserProperties, selectionContext, userPropertyName, viewUser } from './user-properties.js';

const NAME_OPERATORS = ['eq', 'in', 'startswith', 'ge', 'le'] as const;
const ADVANCED = ['ne', 'endswith'] as const;
const EVERY_OPERATOR = ['eq', 'ne', 'ge', 'le', 'in', 'startswith'] as const;

/** What the directory can filter users by, and how. */
const FILTER_RULES: FilterRules = {
  id: { type: 'text', operators: ['eq', 'in'], advancedOperators: ['ne'] },
  displayName: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ['ne'] },
  givenName: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ['ne'] },
  surname: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ['ne'] },
  mail: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ADVANCED },
  mailNickname: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ['ne'] },
  userPrincipalName: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ADVANCED },
  onPremisesUserPrincipalName: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ADVANCED },
  jobTitle: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ['ne'] },
  department: { type: 'text', operators: NAME_OPERATORS, advancedOperators: ['ne'] },
  userType: { type: 'text', operators: ['eq', 'in'], advancedOperators: ['ne'] },
  accountEnabled: { type: 'boolean', operators: ['eq'], advancedOperators: ['ne'] },
  onPremisesSyncEnabled: { type: 'boolean', operators: ['eq'], advancedOperators: ['ne'] },
  onPremisesSecurityIdentifier: { type: 'text', operators: ['eq'] },
  onPremisesSamAccountName: { type: 'text', operators: [], advancedOperators: EVERY_OPERATOR },
  createdDateTime: { type: 'date', operators: ['eq', 'ge', 'le'], advancedOperators: ['ne'] },
};

/** Made once: it is several times faster than a comparison that looks up the language each time. */
const ALPHABET = new Intl.Collator('en', { sensitivity: 'base' });
const SEARCH_WITHOUT_HEADER =
  "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'";
const ORDERABLE = ['displayName', 'userPrincipalName'];
const KNOWN_OPTIONS = ['$search', '$filter', '$select', '$top', '$count', '$orderby', '$skip', '$skiptoken'];

function isEventual(call: Call): boolean {
  return headerText(call.headers, 'consistencylevel')?.toLowerCase() === 'eventual';
}

function rejectUnknownOptions(call: Call): void {
  const unknown = [...call.url.searchParams.keys()].find((name) => name.startsWith('$') && !KNOWN_OPTIONS.includes(name));
  if (unknown !== undefined) throw badRequest(`The query option '${unknown}' is not supported here.`);
}

type Test = (user: DirectoryUser) => boolean;

function searchTest(call: Call): Test {
  const text = call.url.searchParams.get('$search');
  if (text === null) return () => true;
  if (!isEventual(call)) {
    throw new GraphFailure(400, 'Request_UnsupportedQuery', SEARCH_WITHOUT_HEADER);
  }
  const search = parseSearch(text);
  return (user) => fitsSearch((property) => readUserProperty(user, property), search);
}

function filterTest(call: Call, isAdvanced: boolean): Test {
  const text = call.url.searchParams.get('$filter');
  if (text === null) return () => true;
  const scope: FilterScope = { rules: FILTER_RULES, resource: 'User', isAdvanced };
  const filter = parseFilter(text);
  checkFilter(filter, scope);
  return (user) => fitsFilter(user, filter, scope, readUserProperty);
}

/** The property and the direction that `$orderby` names. */
function readOrder(text: string): { property: string; sign: 1 | -1 } {
  const [written = '', direction = 'asc', ...rest] = text.trim().split(/\s+/);
  const property = userPropertyName(written);
  const isKnown = property !== undefined && ORDERABLE.includes(property) && ['asc', 'desc'].includes(direction) && rest.length === 0;
  if (isKnown) return { property, sign: direction === 'desc' ? -1 : 1 };
  throw new GraphFailure(400, 'Request_UnsupportedQuery', `Unsupported sort property or direction '${text}' for User.`);
}

function ordering(call: Call, isAdvanced: boolean): (one: DirectoryUser, other: DirectoryUser) => number {
  const text = call.url.searchParams.get('$orderby');
  const isNarrowed = call.url.searchParams.has('$filter') || call.url.searchParams.has('$search');
  const { property, sign } = readOrder(text ?? 'displayName');
  if (text !== null && isNarrowed && !isAdvanced) {
    throw new GraphFailure(400, 'Request_UnsupportedQuery', 'Sorting not supported for current query.');
  }
  const key = (user: DirectoryUser): string => String(readUserProperty(user, property));
  return (one, other) => sign * (ALPHABET.compare(key(one), key(other)) || (one.id < other.id ? -1 : 1));
}

function answerPage({ call }: GraphRequest, found: readonly DirectoryUser[], set: string, isCounted: boolean): Answer {
  const selected = selectedUserProperties(call.url.searchParams.get('$select'));
  const page = pageOf(call, found, (user) => user.id);
  return graphAnswer(call, {
    '@odata.context': contextUrl(call, selectionContext(set, selected)),
    ...(isCounted && page.isFirst ? { '@odata.count': found.length } : {}),
    ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
    value: page.items.map((user) => viewUser(user, selected)),
  });
}

function answerList(request: GraphRequest, users: readonly DirectoryUser[], set: string): Answer {
  const { call, tenant } = request;
  rejectUnknownOptions(call);
  // Without the header $count is ignored, not refused.
  const isAdvanced = isEventual(call) && call.url.searchParams.get('$count')?.toLowerCase() === 'true';
  const tests = [searchTest(call), filterTest(call, isAdvanced)];
  const compare = ordering(call, isAdvanced);
  const seen = users.map((user) => tenant.directory.asRead(user));
  const found = seen.filter((user) => tests.every((test) => test(user))).sort(compare);
  return answerPage(request, found, set, isAdvanced);
}

function listUsers(request: GraphRequest): Accepted {
  const present = (): DirectoryUser[] => request.tenant.directory.all().filter((user) => user.deletedDateTime === null);
  return { needs: [READ_USERS], carryOut: () => answerList(request, present(), 'users') };
}

function countUsers({ call, tenant }: GraphRequest): Accepted {
  if (!isEventual(call)) throw badRequest('$count is not currently supported.');
  return {
    needs: [READ_USERS],
    carryOut: () => {
      const count = tenant.directory.all().filter((user) => user.deletedDateTime === null).length;
      const answer = graphAnswer(call, count);
      return { ...answer, headers: { ...answer.headers, 'content-type': 'text/plain' } };
    },
  };
}

function listDeletedUsers(request: GraphRequest): Accepted {
  const deleted = (): DirectoryUser[] => request.tenant.directory.all().filter((user) => user.deletedDateTime !== null);
  return { needs: [READ_USERS], carryOut: () => answerList(request, deleted(), 'microsoft.graph.user') };
}

/** Many users at once. */
export const userListRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/users', kind: 'users.list', resourceUnits: 2, accept: listUsers },
  { method: 'GET', path: '/users/$count', kind: 'users.list', resourceUnits: 2, accept: countUsers },
  { method: 'GET', path: '/directory/deletedItems/microsoft.graph.user', kind: 'deleted-users', resourceUnits: 1, accept: listDeletedUsers },
];
