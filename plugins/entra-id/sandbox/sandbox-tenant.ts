import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BehaviourChanges, BehaviourSettings } from './behaviour.js';
import { distrustCertificate } from './certificate.js';
import type { LifecycleEvent, LifecycleNotification } from './change-notifications.js';
import type { ConsentChanges, ConsentState, Controls } from './controls.js';
import type { Fault, FaultRequest } from './faults.js';
import { EXAMPLE_USER } from './fixtures.js';
import type { JournalEntry } from './journal.js';
import type { SandboxServer } from './listen-on.js';
import { raiseRiskDetection, updateRiskDetection } from './raise-risk-detection.js';
import type { RiskDetectionChanges, RiskDetectionRequest } from './raise-risk-detection.js';
import { raiseSecurityAlert, updateSecurityAlert } from './raise-security-alert.js';
import type { SecurityAlertChanges, SecurityAlertRequest } from './raise-security-alert.js';
import { raiseSignIn } from './raise-sign-in.js';
import type { SignInRequest } from './raise-sign-in.js';
import type { RiskDetection, SecurityAlert, SignIn } from './security-records.js';
import { sendLifecycleNotice } from './send-lifecycle-notice.js';
import type { StateFile } from './state-file.js';
import type { SubscriptionRecord } from './subscription-record.js';
import type { Tenant } from './tenant.js';
import type { DirectoryUser } from './tenant-state.js';

/** What a running tenant is made of, for whoever starts and stops it. */
export interface TenantParts {
  readonly tenant: Tenant;
  readonly controls: Controls;
  readonly app: SandboxServer;
  readonly stateFile: StateFile;
  readonly dataDir: string;
  readonly isTemporary: boolean;
  readonly isTrusted: boolean;
  readonly stopping: AbortController;
}

/** A running sandbox tenant with all its levers. */
export class SandboxTenant {
  readonly caFile: string;
  readonly caPem: string;
  readonly #parts: TenantParts;

  constructor(parts: TenantParts) {
    this.#parts = parts;
    this.caPem = parts.tenant.state.certificate.certificatePem;
    this.caFile = join(parts.dataDir, 'ca.pem');
  }

  /** `https://127.0.0.1:<port>`, of the authority and of Graph alike. */
  get origin(): string {
    return this.#parts.tenant.origin();
  }

  get tenantId(): string {
    return this.#parts.tenant.state.tenantId;
  }

  get servicePrincipalId(): string {
    return this.#parts.tenant.state.servicePrincipal.id;
  }

  get exampleUser(): string {
    return EXAMPLE_USER;
  }

  /** The environment with which the plugin talks to this tenant. */
  get environment(): Readonly<Record<'ENTRA_CLIENT_ID' | 'ENTRA_CLIENT_SECRET' | 'ENTRA_AUTHORITY_HOST' | 'ENTRA_GRAPH_URL', string>> {
    const { clientId, clientSecret } = this.#parts.tenant.state.application;
    return { ENTRA_CLIENT_ID: clientId, ENTRA_CLIENT_SECRET: clientSecret, ENTRA_AUTHORITY_HOST: this.origin, ENTRA_GRAPH_URL: this.origin };
  }

  /** A copy of a user's true state, deleted or not, by object id or user principal name. */
  user(idOrUpn: string): DirectoryUser {
    const user = this.#parts.tenant.directory.findDeletedToo(idOrUpn);
    if (user === undefined) throw new Error(`The sandbox tenant has no user '${idOrUpn}'.`);
    return structuredClone(user);
  }

  users(): DirectoryUser[] {
    return structuredClone([...this.#parts.tenant.directory.all()]);
  }

  /** The recorded calls, the oldest first. */
  get journal(): readonly JournalEntry[] {
    return this.#parts.tenant.journal.entries();
  }

  clearJournal(): void {
    this.#parts.tenant.journal.clear();
  }

  /** What the tenant does where documents are silent; change it by `changeBehaviour`, which checks. */
  get behaviour(): Readonly<BehaviourSettings> {
    return this.#parts.tenant.behaviour;
  }

  changeBehaviour(changes: BehaviourChanges): void {
    this.#parts.controls.changeBehaviour(changes);
  }

  get consent(): ConsentState {
    return this.#parts.controls.consent();
  }

  changeConsent(changes: ConsentChanges): ConsentState {
    return this.#parts.controls.changeConsent(changes);
  }

  injectFault(fault: FaultRequest): Fault {
    return this.#parts.tenant.faults.inject(fault);
  }

  clearFaults(): void {
    this.#parts.tenant.faults.clear();
  }

  /** Identity Protection sees a sign of danger, and the user is at risk. */
  raiseRiskDetection(request: RiskDetectionRequest): RiskDetection {
    return raiseRiskDetection(this.#parts.tenant, request);
  }

  updateRiskDetection(id: string, changes: RiskDetectionChanges): RiskDetection {
    return updateRiskDetection(this.#parts.tenant, id, changes);
  }

  raiseSignIn(request: SignInRequest): SignIn {
    return raiseSignIn(this.#parts.tenant, request);
  }

  raiseSecurityAlert(request: SecurityAlertRequest = {}): SecurityAlert {
    return raiseSecurityAlert(this.#parts.tenant, request);
  }

  updateSecurityAlert(id: string, changes: SecurityAlertChanges): SecurityAlert {
    return updateSecurityAlert(this.#parts.tenant, id, changes);
  }

  /** The subscriptions to change notifications as they really are, client states and all. */
  subscriptions(): SubscriptionRecord[] {
    return structuredClone([...this.#parts.tenant.subscriptions.live()]);
  }

  /** Sends it in the background; `subscriptionRemoved` takes the subscription away, too. */
  sendLifecycleNotice(subscriptionId: string, event: LifecycleEvent): LifecycleNotification {
    return sendLifecycleNotice(this.#parts.tenant, subscriptionId, event);
  }

  /** Users, consent, events, subscriptions, behaviour, journal and faults back to the beginning. */
  reset(): void {
    this.#parts.controls.reset();
  }

  /** Closes every connection at once and writes what is not written yet. */
  async stop(): Promise<void> {
    const { stopping, app, stateFile, dataDir, isTemporary, isTrusted } = this.#parts;
    if (stopping.signal.aborted) return;
    stopping.abort();
    await app.close();
    await stateFile.flush();
    if (isTrusted) distrustCertificate(this.caPem);
    if (isTemporary) await rm(dataDir, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}
