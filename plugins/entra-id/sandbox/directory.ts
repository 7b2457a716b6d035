import { randomUUID } from 'node:crypto';
import type { BehaviourSettings } from './behaviour.js';
import type { AuditRecord, DirectoryGroup, DirectoryUser, TenantState } from './tenant-state.js';

/** What the four actions can change of a user. */
export type ChangeableProperties = Pick<
  DirectoryUser,
  'accountEnabled' | 'passwordProfile' | 'lastPasswordChangeDateTime' | 'signInSessionsValidFromDateTime'
>;

export interface UserChange {
  readonly properties: Partial<ChangeableProperties>;
  /** How the audit log calls it. */
  readonly activity: string;
  readonly initiatedByApp: string;
  readonly correlationId: string;
}

interface UnseenChange {
  readonly visibleAtMs: number;
  readonly before: Partial<ChangeableProperties>;
}

const MAX_AUDITS = 1_000;

export interface DirectoryOptions {
  readonly state: TenantState;
  readonly behaviour: BehaviourSettings;
  readonly now: () => number;
  /** Called after each change, for whoever keeps the state. */
  readonly changed: () => void;
  /** Called after each change of a user, with its id. */
  readonly userChanged: (userId: string) => void;
}

/** The tenant's users as they are, and as readers see them while a change travels through the replicas. */
export class Directory {
  readonly #options: DirectoryOptions;
  #byId = new Map<string, DirectoryUser>();
  #byUpn = new Map<string, DirectoryUser>();
  #groups = new Map<string, DirectoryGroup>();
  #unseen = new Map<string, UnseenChange[]>();

  constructor(options: DirectoryOptions) {
    this.#options = options;
    this.index();
  }

  /** Reads users and groups anew after the state was reseeded. */
  index(): void {
    const { users, groups } = this.#options.state;
    this.#byId = new Map(users.map((user) => [user.id, user]));
    this.#byUpn = new Map(users.map((user) => [user.userPrincipalName.toLowerCase(), user]));
    this.#groups = new Map(groups.map((group) => [group.id, group]));
    this.#unseen = new Map();
  }

  /** The true state of a user that is not deleted, by object id or user principal name. */
  find(idOrUpn: string): DirectoryUser | undefined {
    const user = this.findDeletedToo(idOrUpn);
    return user === undefined || user.deletedDateTime !== null ? undefined : user;
  }

  findDeletedToo(idOrUpn: string): DirectoryUser | undefined {
    const key = idOrUpn.toLowerCase();
    const user = this.#byId.get(key) ?? this.#byUpn.get(key);
    if (user !== undefined) this.#synchronise(user);
    return user;
  }

  all(): readonly DirectoryUser[] {
    for (const user of this.#options.state.users) this.#synchronise(user);
    return this.#options.state.users;
  }

  group(id: string): DirectoryGroup | undefined {
    return this.#groups.get(id);
  }

  groups(): Iterable<DirectoryGroup> {
    return this.#groups.values();
  }

  /** The user as a reader sees it now: changes that are still on their way do not show. */
  asRead(user: DirectoryUser): DirectoryUser {
    const unseen = this.#stillUnseen(user.id);
    if (unseen.length === 0) return user;
    const seen = { ...user };
    for (const change of unseen.toReversed()) Object.assign(seen, change.before);
    return seen;
  }

  /** Changes a user and records it; answers the names of the properties that really changed. */
  change(user: DirectoryUser, change: UserChange): string[] {
    return this.#change(user, change, this.#options.now());
  }

  /** After an accepted change to a synchronised account: the next synchronisation puts back what the premises say. */
  expectSynchronisation(user: DirectoryUser, premisesSayEnabled: boolean): void {
    const delayMs = user.quirks.syncRevertAfterMs ?? this.#options.behaviour.syncRevertAfterMs;
    const isAsOnPremises = user.accountEnabled === premisesSayEnabled;
    user.pendingSync = isAsOnPremises ? null : { atMs: this.#options.now() + delayMs, accountEnabled: premisesSayEnabled };
    this.#options.changed();
  }

  /** No timer runs: what a synchronisation would have done by now is done when somebody looks. */
  #synchronise(user: DirectoryUser): void {
    const due = user.pendingSync;
    if (due === null || due.atMs > this.#options.now()) return;
    user.pendingSync = null;
    this.#change(user, {
      properties: { accountEnabled: due.accountEnabled },
      activity: due.accountEnabled ? 'Enable account' : 'Disable account',
      initiatedByApp: 'Microsoft Entra Connect',
      correlationId: randomUUID(),
    }, due.atMs);
  }

  #change(user: DirectoryUser, change: UserChange, atMs: number): string[] {
    const wanted = Object.entries(change.properties) as [keyof ChangeableProperties, unknown][];
    const differing = wanted.filter(([name, value]) => JSON.stringify(user[name]) !== JSON.stringify(value));
    if (differing.length === 0) return [];
    const names = differing.map(([name]) => name);
    const before = Object.fromEntries(names.map((name) => [name, user[name]])) as Partial<ChangeableProperties>;
    const lagMs = user.quirks.readBackLagMs ?? this.#options.behaviour.effectDelayMs;
    if (lagMs > 0) this.#unseen.set(user.id, [...this.#stillUnseen(user.id), { visibleAtMs: atMs + lagMs, before }]);
    Object.assign(user, change.properties);
    this.#audit(user, change, before, atMs);
    this.#options.changed();
    this.#options.userChanged(user.id);
    return names;
  }

  #stillUnseen(userId: string): UnseenChange[] {
    const changes = this.#unseen.get(userId);
    if (changes === undefined) return [];
    const unseen = changes.filter((change) => change.visibleAtMs > this.#options.now());
    if (unseen.length === 0) this.#unseen.delete(userId);
    else this.#unseen.set(userId, unseen);
    return unseen;
  }

  #audit(user: DirectoryUser, change: UserChange, before: Partial<ChangeableProperties>, atMs: number): void {
    const names = Object.keys(before) as (keyof ChangeableProperties)[];
    const record: AuditRecord = {
      id: randomUUID(),
      activityDisplayName: change.activity,
      activityDateTime: new Date(atMs).toISOString(),
      correlationId: change.correlationId,
      initiatedByApp: change.initiatedByApp,
      userId: user.id,
      userPrincipalName: user.userPrincipalName,
      modifiedProperties: names.map((name) => ({
        displayName: name,
        oldValue: JSON.stringify(before[name] ?? null),
        newValue: JSON.stringify(user[name]),
      })),
    };
    const { audits } = this.#options.state;
    audits.push(record);
    if (audits.length > MAX_AUDITS) audits.splice(0, audits.length - MAX_AUDITS);
  }
}
