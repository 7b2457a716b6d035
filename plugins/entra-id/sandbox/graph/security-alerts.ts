import { securityAlert } from '../security-records.js';
import { GraphFailure } from './graph-failure.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { answerRecord, answerRecords } from './odata-list.js';
import type { RecordList } from './odata-list.js';
import type { FilterRule } from './odata-match.js';
import { READ_SECURITY_ALERTS } from './permission-check.js';

const TIME: FilterRule = { type: 'date', operators: ['eq', 'ge', 'gt', 'le', 'lt'] };
const TEXT: FilterRule = { type: 'text', operators: ['eq'] };

const ALERTS: RecordList = {
  set: 'security/alerts_v2',
  times: ['createdDateTime', 'lastUpdateDateTime'],
  properties: Object.keys(securityAlert.shape),
  filter: {
    resource: 'security.alert',
    isAdvanced: false,
    rules: {
      id: TEXT, assignedTo: TEXT, classification: TEXT, determination: TEXT, severity: TEXT, status: TEXT, serviceSource: TEXT,
      createdDateTime: TIME, lastUpdateDateTime: TIME,
    },
  },
};

function listAlerts({ call, tenant }: GraphRequest): Accepted {
  return { needs: [READ_SECURITY_ALERTS], carryOut: () => answerRecords(call, tenant.state.securityAlerts, ALERTS) };
}

function getAlert({ call, tenant, parameters }: GraphRequest): Accepted {
  const id = parameters['alertId'] ?? '';
  return {
    needs: [READ_SECURITY_ALERTS],
    carryOut: () => {
      const found = answerRecord(call, tenant.state.securityAlerts, id, ALERTS);
      if (found === undefined) throw new GraphFailure(404, 'NotFound', `The alert '${id}' was not found.`);
      return found;
    },
  };
}

/** The alerts of Microsoft Defender XDR and of all that reports to it. */
export const securityAlertRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/security/alerts_v2', kind: 'security-alerts', resourceUnits: 1, accept: listAlerts },
  { method: 'GET', path: '/security/alerts_v2/{alertId}', kind: 'security-alerts', resourceUnits: 1, accept: getAlert },
];
