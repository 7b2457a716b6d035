import { signIn } from '../security-records.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { needLicenceForSignIns } from './licence.js';
import { answerRecords } from './odata-list.js';
import type { RecordList } from './odata-list.js';
import type { FilterRule } from './odata-match.js';
import { READ_LOGS } from './permission-check.js';

const EXACT: FilterRule = { type: 'text', operators: ['eq'] };
const TEXT: FilterRule = { type: 'text', operators: ['eq', 'startswith'] };

const SIGN_INS: RecordList = {
  set: 'auditLogs/signIns',
  times: ['createdDateTime'],
  properties: Object.keys(signIn.shape),
  filter: {
    resource: 'signIn',
    isAdvanced: false,
    rules: {
      id: EXACT, userId: EXACT, appId: EXACT, correlationId: EXACT, clientAppUsed: EXACT, conditionalAccessStatus: EXACT,
      riskLevelDuringSignIn: EXACT, riskState: EXACT, 'status/errorCode': EXACT,
      userPrincipalName: TEXT, userDisplayName: TEXT, appDisplayName: TEXT, ipAddress: TEXT, 'location/city': TEXT, 'location/countryOrRegion': TEXT,
      createdDateTime: { type: 'date', operators: ['eq', 'ge', 'gt', 'le', 'lt'] },
    },
  },
};

function listSignIns({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_LOGS],
    carryOut: () => {
      needLicenceForSignIns(tenant);
      return answerRecords(call, tenant.state.signIns, SIGN_INS);
    },
  };
}

/** Who signed in, from where, and how it went. */
export const signInRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/auditLogs/signIns', kind: 'sign-ins', resourceUnits: 1, specialLimit: 'REPORTS', accept: listSignIns },
];
