import type { AuditRecord } from '../tenant-state.js';
import { badRequest } from './graph-failure.js';
import { contextUrl, graphAnswer } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { parseFilter } from './odata-filter.js';
import { checkFilter, fitsFilter } from './odata-match.js';
import type { FilterScope } from './odata-match.js';
import { pageOf } from './odata-page.js';
import { READ_LOGS } from './permission-check.js';

const FILTER: FilterScope = {
  resource: 'DirectoryAudit',
  isAdvanced: false,
  rules: {
    activityDateTime: { type: 'date', operators: ['eq', 'ge', 'le', 'gt', 'lt'] },
    activityDisplayName: { type: 'text', operators: ['eq', 'startswith'] },
    correlationId: { type: 'text', operators: ['eq'] },
    'targetResources/id': { type: 'text', operators: ['eq'] },
    'targetResources/userPrincipalName': { type: 'text', operators: ['eq', 'startswith'] },
  },
};

const READ: Readonly<Record<string, (record: AuditRecord) => unknown>> = {
  activityDateTime: (record) => record.activityDateTime,
  activityDisplayName: (record) => record.activityDisplayName,
  correlationId: (record) => record.correlationId,
  'targetResources/id': (record) => record.userId,
  'targetResources/userPrincipalName': (record) => record.userPrincipalName,
};

function viewRecord(record: AuditRecord, servicePrincipalId: string): Record<string, unknown> {
  return {
    id: record.id,
    category: 'UserManagement',
    correlationId: record.correlationId,
    result: 'success',
    resultReason: '',
    activityDisplayName: record.activityDisplayName,
    activityDateTime: record.activityDateTime,
    loggedByService: 'Core Directory',
    operationType: 'Update',
    initiatedBy: { user: null, app: { appId: null, displayName: record.initiatedByApp, servicePrincipalId, servicePrincipalName: null } },
    targetResources: [{
      id: record.userId,
      displayName: null,
      type: 'User',
      userPrincipalName: record.userPrincipalName,
      groupType: null,
      modifiedProperties: record.modifiedProperties,
    }],
    additionalDetails: [],
  };
}

function newestFirst(call: GraphRequest['call']): boolean {
  const order = call.url.searchParams.get('$orderby')?.trim().toLowerCase();
  if (order === undefined || order === 'activitydatetime desc') return true;
  if (order === 'activitydatetime' || order === 'activitydatetime asc') return false;
  throw badRequest(`The audit log is sorted by activityDateTime only, not by '${order}'.`);
}

function listAudits({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_LOGS],
    carryOut: () => {
      const text = call.url.searchParams.get('$filter');
      const filter = text === null ? undefined : parseFilter(text);
      if (filter !== undefined) checkFilter(filter, FILTER);
      // A due synchronisation writes records of its own: let it, before the log is read.
      tenant.directory.all();
      const found = tenant.state.audits.filter((record) => filter === undefined || fitsFilter(record, filter, FILTER, (item, name) => READ[name]?.(item)));
      const page = pageOf(call, newestFirst(call) ? found.toReversed() : found, (record) => record.id);
      return graphAnswer(call, {
        '@odata.context': contextUrl(call, 'auditLogs/directoryAudits'),
        ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
        value: page.items.map((record) => viewRecord(record, tenant.state.servicePrincipal.id)),
      });
    },
  };
}

/** What changed, when and by whose hand: one record per effect. */
export const directoryAuditRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/auditLogs/directoryAudits', kind: 'directory-audits', resourceUnits: 1, specialLimit: 'REPORTS', accept: listAudits },
];
