import { contextUrl, graphAnswer } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { READ_ORGANIZATION } from './permission-check.js';

function describeOrganization({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_ORGANIZATION],
    carryOut: () => {
      const { tenantId, displayName, domains } = tenant.state;
      const verifiedDomains = domains.map(({ name, isFederated, isDefault }) => ({
        capabilities: 'Email, OfficeCommunicationsOnline',
        isDefault,
        isInitial: name.endsWith('.onmicrosoft.com'),
        name,
        type: isFederated ? 'Federated' : 'Managed',
      }));
      const organization = { id: tenantId, displayName, tenantType: 'AAD', onPremisesSyncEnabled: true, verifiedDomains };
      return graphAnswer(call, { '@odata.context': contextUrl(call, 'organization'), value: [organization] });
    },
  };
}

/** The tenant about itself. */
export const organizationRoutes: readonly GraphRoute[] = [
  { method: 'GET', path: '/organization', kind: 'organization', resourceUnits: 1, accept: describeOrganization },
];
