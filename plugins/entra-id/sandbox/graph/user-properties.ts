import { secondsDate } from '../tenant.js';
import type { DirectoryUser } from '../tenant-state.js';
import { GraphFailure } from './graph-failure.js';

type Read = (user: DirectoryUser) => unknown;

/** What Graph returns of a user when nothing is selected. */
const DEFAULT_PROPERTIES = [
  'businessPhones', 'displayName', 'givenName', 'jobTitle', 'mail', 'mobilePhone', 'officeLocation',
  'preferredLanguage', 'surname', 'userPrincipalName', 'id',
] as const;

function passwordProfileOf(user: DirectoryUser): unknown {
  return user.passwordProfile === null ? null : { ...user.passwordProfile, password: null };
}

/** Every property that can be selected, with how it is read. */
const PROPERTIES: Readonly<Record<string, Read>> = {
  id: (user) => user.id,
  businessPhones: () => [],
  displayName: (user) => user.displayName,
  givenName: (user) => user.givenName,
  jobTitle: (user) => user.jobTitle,
  mail: (user) => user.mail,
  mobilePhone: () => null,
  officeLocation: (user) => user.officeLocation,
  preferredLanguage: (user) => user.preferredLanguage,
  surname: (user) => user.surname,
  userPrincipalName: (user) => user.userPrincipalName,
  accountEnabled: (user) => user.accountEnabled,
  createdDateTime: (user) => user.createdDateTime,
  deletedDateTime: (user) => user.deletedDateTime,
  department: (user) => user.department,
  externalUserState: (user) => user.externalUserState,
  lastPasswordChangeDateTime: (user) => secondsDate(Date.parse(user.lastPasswordChangeDateTime)),
  mailNickname: (user) => user.mailNickname,
  onPremisesDomainName: (user) => user.onPremises?.domainName ?? null,
  onPremisesLastSyncDateTime: (user) => user.onPremises?.lastSyncDateTime ?? null,
  onPremisesSamAccountName: (user) => user.onPremises?.samAccountName ?? null,
  onPremisesSecurityIdentifier: (user) => user.onPremises?.securityIdentifier ?? null,
  // Null, not false, for an account that never was synchronised.
  onPremisesSyncEnabled: (user) => (user.onPremises === null ? null : true),
  onPremisesUserPrincipalName: (user) => (user.onPremises === null ? null : user.userPrincipalName),
  passwordProfile: passwordProfileOf,
  signInSessionsValidFromDateTime: (user) => secondsDate(Date.parse(user.signInSessionsValidFromDateTime)),
  userType: (user) => user.userType,
};

const CANONICAL_NAMES = new Map(Object.keys(PROPERTIES).map((name) => [name.toLowerCase(), name]));

/** The property as it is really spelt, or undefined when users have none of that name. */
export function userPropertyName(name: string): string | undefined {
  return CANONICAL_NAMES.get(name.toLowerCase());
}

export function readUserProperty(user: DirectoryUser, name: string): unknown {
  return PROPERTIES[name]?.(user);
}

/** The properties that `$select` names; null when there is none and the default ones are meant. */
export function selectedUserProperties(select: string | null): readonly string[] | null {
  if (select === null || select.trim() === '') return null;
  return select.split(',').map((part) => {
    const name = userPropertyName(part.trim());
    if (name === undefined) {
      throw new GraphFailure(400, 'BadRequest', `Parsing OData Select and Expand failed: Could not find a property named '${part.trim()}' on type 'microsoft.graph.user'.`);
    }
    return name;
  });
}

export function viewUser(user: DirectoryUser, selected: readonly string[] | null): Record<string, unknown> {
  const names = selected ?? DEFAULT_PROPERTIES;
  return Object.fromEntries(names.map((name) => [name, readUserProperty(user, name)]));
}

/** The end of `@odata.context` that tells what was selected. */
export function selectionContext(set: string, selected: readonly string[] | null): string {
  return selected === null ? set : `${set}(${selected.join(',')})`;
}
