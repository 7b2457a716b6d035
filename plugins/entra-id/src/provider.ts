import { defineProvider } from '@countermeasure/sdk';
import { TenantToken } from './access-token.js';
import { appCredentialOf, connectionCredential } from './app-credential.js';
import { checkConnection } from './check.js';
import { MICROSOFT_HOSTS, endpointsOf } from './clouds.js';
import { consentUrl, readConsentAnswer } from './consent.js';
import { createCredential } from './credential.js';
import { environment } from './environment.js';
import { GraphClient } from './graph-client.js';
import { operatorHosts } from './operator-hosts.js';
import { privilegedRole } from './privileged-role.js';
import { searchUsers } from './search-users.js';
import { settings } from './settings.js';
import { TokenTraffic } from './token-traffic.js';
import { resolveUser } from './users.js';

export const entraId = defineProvider({
  id: 'entra-id',
  title: 'Microsoft Entra ID',
  description: 'Identities of Microsoft 365 and Azure: who may sign in, with what, and from where.',
  hosts: MICROSOFT_HOSTS,
  // 3,000 writes in 150 s are an app's share of a tenant; most steps write once. @see https://learn.microsoft.com/graph/throttling-limits
  pace: { concurrency: 20, startsPerSecond: 12, burst: 1_000 },
  settings,
  environment,
  operatorHosts,
  credential: connectionCredential,
  privilegedRole,
  consent: { url: consentUrl, readAnswer: readConsentAnswer },
  connect({ settings: set, environment: environmentSet, credential: own }) {
    const endpoints = endpointsOf(set.cloud, environmentSet);
    const app = appCredentialOf(environmentSet, own);
    const watch = () => {
      const traffic = new TokenTraffic();
      return { credential: createCredential(app, set.tenantId, endpoints, traffic), traffic };
    };
    return new GraphClient(new TenantToken(watch, endpoints.scope), endpoints.graph, { settings: set, app });
  },
  resolveTarget: ({ client, target, signal }) => resolveUser(client, target.id, signal),
  searchTargets: searchUsers,
  check: checkConnection,
});
