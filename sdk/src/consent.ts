export interface CheckContext<Client> {
  readonly client: Client;
  readonly signal: AbortSignal;
}

/** What a check of a connection found. */
export interface ConnectionReport {
  /** The provider's own id of the tenant, as it was proved by the answer. */
  readonly tenantId?: string;
  /** The permissions that the connection holds, by their names; undefined when the provider has no way to tell. */
  readonly granted?: readonly string[];
  /** Permissions that an administrator has granted and that do not work yet, because the provider takes its time. */
  readonly arriving?: readonly string[];
  /** Whether the role for privileged targets is held; `held` undefined when that could not be read, and then `reason` says why. */
  readonly privilegedRole?: { readonly held?: boolean; readonly reason?: string };
  /** What works now but will not for long, a sentence each with what to do: a credential that is about to expire. */
  readonly warnings?: readonly string[];
}

/** A role, beside the permissions, without which privileged targets are out of reach. */
export interface PrivilegedRoleDefinition {
  readonly name: string;
  /** How an administrator assigns it, in plain words. */
  readonly instructions: string;
}

export interface ConsentLinkContext<Settings, Environment, Credential> {
  readonly settings: Settings;
  readonly environment: Environment;
  readonly credential: Credential | undefined;
  /** To be handed back, unread, as the parameter `state` of the answer. */
  readonly state: string;
  /** Where the provider sends the administrator's browser afterwards. */
  readonly redirectUri: string;
}

export interface ConsentAnswerContext<Settings> {
  readonly settings: Settings;
  /** The parameters with which the browser came back. Anybody can write them: nothing in them is proof. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** How an administrator of the tenant grants an app its permissions, in a browser. */
export interface ConsentDefinition<Settings, Environment, Credential> {
  /** The link that an administrator opens; undefined where this connection is granted access in another way. */
  url(context: ConsentLinkContext<Settings, Environment, Credential>): string | undefined;
  /**
   * What the browser came back with: the tenant that it names, where it names one. Throws ActionError, with a remedy, when
   * the administrator declined, was none, or answered for another tenant than the settings name.
   */
  readAnswer(context: ConsentAnswerContext<Settings>): { readonly tenantId?: string };
}
