import { riskDetection, riskyUser } from '../security-records.js';
import { notFound } from './graph-failure.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { needLicenceForRisk } from './licence.js';
import { answerRecord, answerRecords } from './odata-list.js';
import type { RecordList } from './odata-list.js';
import type { FilterRule } from './odata-match.js';
import { READ_RISK_DETECTIONS, READ_RISKY_USERS } from './permission-check.js';

const TIME: FilterRule = { type: 'date', operators: ['eq', 'ge', 'gt', 'le', 'lt'] };
const TEXT: FilterRule = { type: 'text', operators: ['eq'] };
const MOST_ON_A_PAGE = 500;

const DETECTIONS: RecordList = {
  set: 'identityProtection/riskDetections',
  times: ['detectedDateTime', 'lastUpdatedDateTime', 'activityDateTime'],
  properties: Object.keys(riskDetection.shape),
  mostOnAPage: MOST_ON_A_PAGE,
  filter: {
    resource: 'riskDetection',
    isAdvanced: false,
    rules: {
      id: TEXT, userId: TEXT, userPrincipalName: TEXT, riskLevel: TEXT, riskState: TEXT, riskEventType: TEXT, correlationId: TEXT, ipAddress: TEXT,
      activityDateTime: TIME, detectedDateTime: TIME, lastUpdatedDateTime: TIME,
    },
  },
};

const RISKY_USERS: RecordList = {
  set: 'identityProtection/riskyUsers',
  times: ['riskLastUpdatedDateTime'],
  properties: Object.keys(riskyUser.shape),
  mostOnAPage: MOST_ON_A_PAGE,
  filter: {
    resource: 'riskyUser',
    isAdvanced: false,
    rules: { id: TEXT, userPrincipalName: TEXT, riskLevel: TEXT, riskState: TEXT, riskLastUpdatedDateTime: TIME },
  },
};

function listDetections({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_RISK_DETECTIONS],
    carryOut: () => {
      needLicenceForRisk(tenant, 'P1');
      return answerRecords(call, tenant.state.riskDetections, DETECTIONS);
    },
  };
}

function getDetection({ call, tenant, parameters }: GraphRequest): Accepted {
  const id = parameters['detectionId'] ?? '';
  return {
    needs: [READ_RISK_DETECTIONS],
    carryOut: () => {
      needLicenceForRisk(tenant, 'P1');
      const found = answerRecord(call, tenant.state.riskDetections, id, DETECTIONS);
      if (found === undefined) throw notFound(id);
      return found;
    },
  };
}

function listRiskyUsers({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_RISKY_USERS],
    carryOut: () => {
      needLicenceForRisk(tenant, 'P2');
      return answerRecords(call, tenant.state.riskyUsers, RISKY_USERS);
    },
  };
}

function getRiskyUser({ call, tenant, parameters }: GraphRequest): Accepted {
  const id = parameters['userId'] ?? '';
  return {
    needs: [READ_RISKY_USERS],
    carryOut: () => {
      needLicenceForRisk(tenant, 'P2');
      const found = answerRecord(call, tenant.state.riskyUsers, id, RISKY_USERS);
      if (found === undefined) throw notFound(id);
      return found;
    },
  };
}

function route(path: string, kind: GraphRoute['kind'], accept: GraphRoute['accept']): GraphRoute {
  return { method: 'GET', path: `/identityProtection/${path}`, kind, resourceUnits: 1, specialLimit: 'IDENTITY_PROTECTION', accept };
}

/** What Identity Protection saw, and who is thought to be in danger. */
export const identityProtectionRoutes: readonly GraphRoute[] = [
  route('riskDetections', 'risk-detections', listDetections),
  route('riskDetections/{detectionId}', 'risk-detections', getDetection),
  route('riskyUsers', 'risky-users', listRiskyUsers),
  route('riskyUsers/{userId}', 'risky-users', getRiskyUser),
];
