import { appCredentialOf } from './app-credential.js';
import { MICROSOFT_HOSTS } from './clouds.js';
import type { EntraEnvironment } from './environment.js';

/** Where Azure's virtual machines get the tokens of their managed identity. */
const MACHINE_METADATA = '169.254.169.254';

/**
 * The hosts of ENTRA_AUTHORITY_HOST and ENTRA_GRAPH_URL, which need not be public; Microsoft's own are so anyhow. A managed
 * identity is given out by the machine that we run on.
 */
export function operatorHosts(environment: EntraEnvironment): readonly string[] {
  const { ENTRA_AUTHORITY_HOST: authority, ENTRA_GRAPH_URL: graph } = environment;
  const named = [authority, graph].flatMap((origin) => (origin === undefined ? [] : [new URL(origin).host])).filter((host) => !MICROSOFT_HOSTS.includes(host));
  return appCredentialOf(environment, undefined).kind === 'MANAGED' ? [...named, MACHINE_METADATA] : named;
}
