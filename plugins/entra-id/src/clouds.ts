import type { EntraEnvironment } from './environment.js';

/** Where a tenant of a cloud signs in, and where its Graph is. @see https://learn.microsoft.com/graph/deployments */
const CLOUDS = {
  PUBLIC: { authority: 'https://login.microsoftonline.com', graph: 'https://graph.microsoft.com' },
  US_GOV: { authority: 'https://login.microsoftonline.us', graph: 'https://graph.microsoft.us' },
  US_GOV_DOD: { authority: 'https://login.microsoftonline.us', graph: 'https://dod-graph.microsoft.us' },
  CHINA: { authority: 'https://login.chinacloudapi.cn', graph: 'https://microsoftgraph.chinacloudapi.cn' },
} as const;

export type Cloud = keyof typeof CLOUDS;

export const CLOUD_NAMES = Object.keys(CLOUDS) as [Cloud, ...Cloud[]];

/** MSAL goes to the newer name of China's authority by itself. */
const CHINA_ALIAS = 'login.partner.microsoftonline.cn';

export const MICROSOFT_HOSTS: readonly string[] = [...new Set([...Object.values(CLOUDS).flatMap(({ authority, graph }) => [new URL(authority).host, new URL(graph).host]), CHINA_ALIAS])];

export interface Endpoints {
  /** An origin, as all three. */
  readonly authority: string;
  readonly graph: string;
  /** The resource that tokens are asked for. Tokens of one cloud are of no use in another. */
  readonly scope: string;
  /** Microsoft's own authorities are known to its libraries; another one is trusted because the operator named it. */
  readonly isKnownAuthority: boolean;
}

/** The addresses of a cloud; what the operator has set in the environment wins for every connection. */
export function endpointsOf(cloud: Cloud, { ENTRA_AUTHORITY_HOST, ENTRA_GRAPH_URL }: EntraEnvironment): Endpoints {
  const authority = ENTRA_AUTHORITY_HOST ?? CLOUDS[cloud].authority;
  const graph = ENTRA_GRAPH_URL ?? CLOUDS[cloud].graph;
  const resource = isMicrosoftHost(graph) ? graph : CLOUDS[cloud].graph;
  return { authority, graph, scope: `${resource}/.default`, isKnownAuthority: isMicrosoftHost(authority) };
}

function isMicrosoftHost(origin: string): boolean {
  return MICROSOFT_HOSTS.includes(new URL(origin).host);
}
