import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PluginLogger } from '@countermeasure/sdk';
import { defaultBehaviour } from './behaviour.js';
import type { BehaviourChanges } from './behaviour.js';
import { isLasting, makeServerCertificate, trustCertificate } from './certificate.js';
import { ChangeNotifications } from './change-notifications.js';
import { Controls } from './controls.js';
import { Directory } from './directory.js';
import { Faults } from './faults.js';
import { REQUESTED_PERMISSIONS } from './graph-permissions.js';
import { Journal } from './journal.js';
import { listenOn } from './listen-on.js';
import { makeTenant } from './new-tenant.js';
import type { NewTenantOptions } from './new-tenant.js';
import { SandboxTenant } from './sandbox-tenant.js';
import { buildServer } from './server.js';
import { readState, StateFile } from './state-file.js';
import { Subscriptions } from './subscriptions.js';
import type { Tenant } from './tenant.js';
import type { TenantState } from './tenant-state.js';
import { Throttle } from './throttle.js';
import { loadTokenKeys } from './token-keys.js';

export interface SandboxTenantOptions {
  /** Where the state is kept; without one, a temporary folder that goes when the tenant stops. */
  readonly dataDir?: string;
  readonly logger?: PluginLogger;
  /** Whether a new tenant has consented to the application already. Default: true. */
  readonly isConsented?: boolean;
  /** How many nameless users a new tenant has beside the named ones. Default: 0. */
  readonly fillerUsers?: number;
  readonly behaviour?: BehaviourChanges;
  /** Whether this process is made to trust the server's certificate. Default: true. */
  readonly trustsCertificate?: boolean;
  /** The clock of the tenant, for tests. */
  readonly now?: () => number;
}

const silent: PluginLogger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function openState(file: string, newTenant: NewTenantOptions): Promise<TenantState> {
  const state = (await readState(file)) ?? (await makeTenant(newTenant));
  if (!isLasting(state.certificate, Date.now())) state.certificate = await makeServerCertificate(Date.now());
  // A registration grows with the application; what its tenant granted stays until somebody consents again.
  state.application.requestedPermissions = [...REQUESTED_PERMISSIONS];
  return state;
}

async function assembleTenant(state: TenantState, stateFile: StateFile, stopped: AbortSignal, options: SandboxTenantOptions): Promise<Tenant> {
  const behaviour = defaultBehaviour(options.behaviour);
  const now = options.now ?? Date.now;
  const logger = options.logger ?? silent;
  const changed = (): void => stateFile.touch();
  const subscriptions = new Subscriptions({ state, now, changed });
  const notifications = new ChangeNotifications({ tenantId: state.tenantId, subscriptions, behaviour, now, logger, stopped });
  return {
    state,
    behaviour,
    directory: new Directory({ state, behaviour, now, changed, userChanged: (userId) => notifications.userChanged(userId) }),
    subscriptions,
    notifications,
    journal: new Journal(now),
    faults: new Faults(),
    throttle: new Throttle(behaviour),
    keys: await loadTokenKeys(state.signingKey),
    logger,
    origin: () => `https://127.0.0.1:${state.port}`,
    now,
    changed,
    stopped,
  };
}

/** Starts a sandbox tenant and answers it with all its levers. */
export async function startSandboxTenant(options: SandboxTenantOptions = {}): Promise<SandboxTenant> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'countermeasure-sandbox-')));
  const file = join(dataDir, 'state.json');
  const newTenant = { isConsented: options.isConsented ?? true, fillerUsers: options.fillerUsers ?? 0 };
  const state = await openState(file, newTenant);
  const stopping = new AbortController();
  const stateFile = new StateFile(file, () => state, (error) => {
    (options.logger ?? silent).error({ error, file }, 'The sandbox tenant could not write its state; it tries again with the next change.');
  });
  const tenant = await assembleTenant(state, stateFile, stopping.signal, options);
  const controls = new Controls(tenant, newTenant);
  const app = buildServer(tenant, controls);
  state.port = await listenOn(app, { wantedPort: state.port, certificatePem: state.certificate.certificatePem, dataDir });
  try {
    await mkdir(dataDir, { recursive: true, mode: 0o700 });
    await writeFile(join(dataDir, 'ca.pem'), state.certificate.certificatePem);
    stateFile.touch();
    await stateFile.flush();
  } catch (error) {
    await app.close();
    throw error;
  }
  const isTrusted = options.trustsCertificate ?? true;
  if (isTrusted) trustCertificate(state.certificate.certificatePem);
  const isTemporary = options.dataDir === undefined;
  return new SandboxTenant({ tenant, controls, app, stateFile, dataDir, isTemporary, isTrusted, stopping });
}
