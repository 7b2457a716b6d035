import type { Demonstration, TargetState } from '@countermeasure/sdk';
import type { SandboxTenant } from './sandbox-tenant.js';

const ACCOUNT = 'Account';
const SESSIONS = 'Sessions valid from';
const PASSWORD = 'Password';

const ENABLED = 'enabled';
const DISABLED = 'disabled';
const STAYS = 'stays as it is';
const MUST_CHANGE = 'must be changed at the next sign-in';

/** A compromised account is contained: nobody can go on in it, and nobody can come back with the stolen password. */
export function demonstrate(tenant: SandboxTenant): Demonstration {
  return {
    playbookName: 'Contain a compromised account',
    reason: 'Sign-in from an unfamiliar place, minutes after one at the office.',
    actionNames: ['clear-user-sessions', 'suspend-user', 'force-password-reset'],
    readState: () => readState(tenant),
    judge: (before, after) => [
      { claim: 'the account was enabled before', holds: before[ACCOUNT] === ENABLED },
      { claim: 'the account is disabled after', holds: after[ACCOUNT] === DISABLED },
      { claim: 'every session from before is cleared', holds: Date.parse(after[SESSIONS] ?? '') > Date.parse(before[SESSIONS] ?? '') },
      { claim: 'the password must be changed', holds: after[PASSWORD] === MUST_CHANGE },
    ],
  };
}

function readState(tenant: SandboxTenant): TargetState {
  const user = tenant.user(tenant.exampleUser);
  return {
    User: `${user.displayName} (${user.userPrincipalName})`,
    [ACCOUNT]: user.accountEnabled ? ENABLED : DISABLED,
    [SESSIONS]: user.signInSessionsValidFromDateTime ?? 'never set',
    [PASSWORD]: user.passwordProfile?.forceChangePasswordNextSignIn === true ? MUST_CHANGE : STAYS,
  };
}
