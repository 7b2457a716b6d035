import { defineEventType } from '@countermeasure/sdk';
import { need } from '../permissions.js';
import { entraId } from '../provider.js';
import { DIRECTORY_AUDIT_SAMPLE } from './directory-audit-sample.js';
import { MINUTE_MS, pollList, SECOND_MS } from './graph-list.js';
import { idOf, momentOf, recordsOf } from './payload.js';
import { userTargets } from './user-targets.js';

/** @see https://learn.microsoft.com/graph/api/resources/directoryaudit */
export const directoryAudit = defineEventType(entraId, {
  id: 'entra-id:directory-audit',
  title: 'Directory audit',
  description:
    'Something was changed in the directory: a password was reset, a role given, an authentication method registered, a user made. It shows after 2 to 5 minutes as a rule, now and then much later. It takes no premium licence. ' +
    'It is about the users whom the change was made to, and never about the one who made it (initiatedBy), who may be an administrator, an attacker or an app. ' +
    'What playbooks do is a change, too: a trigger that acts on what it does itself goes round in a circle, so leave out the app\'s own changes by initiatedBy.app.displayName, and use a cooldown.',
  fields: [
    { path: 'activityDisplayName', title: 'Activity', type: 'STRING', values: ['Add user', 'Delete user', 'Update user', 'Disable account', 'Enable account', 'Reset user password', 'Change user password', 'User registered security info', 'User deleted security info', 'Add member to role', 'Add eligible member to role', 'Add member to group', 'Consent to application'] },
    { path: 'category', title: 'Category', type: 'STRING', values: ['UserManagement', 'GroupManagement', 'RoleManagement', 'ApplicationManagement', 'DirectoryManagement', 'Policy', 'Device', 'Authentication'] },
    { path: 'result', title: 'Result', type: 'ENUM', values: ['success', 'failure', 'timeout'] },
    { path: 'resultReason', title: 'Why it failed', type: 'STRING' },
    { path: 'operationType', title: 'Kind of change', type: 'STRING', values: ['Add', 'Assign', 'Update', 'Unassign', 'Delete'] },
    { path: 'loggedByService', title: 'Service', type: 'STRING', values: ['Core Directory', 'Self-service Password Management', 'Privileged Identity Management', 'Authentication Methods', 'Invited Users', 'B2C', 'Microsoft Identity Manager'] },
    { path: 'targetResources.id', title: 'Object ids of what was changed', type: 'STRING_LIST' },
    { path: 'targetResources.type', title: 'Kinds of what was changed', type: 'STRING_LIST', values: ['User', 'Device', 'Directory', 'App', 'Role', 'Group', 'Policy', 'Other'] },
    { path: 'targetResources.displayName', title: 'Names of what was changed', type: 'STRING_LIST' },
    { path: 'targetResources.userPrincipalName', title: 'User principal names of what was changed', type: 'STRING_LIST' },
    { path: 'targetResources.modifiedProperties.displayName', title: 'Changed properties', type: 'STRING_LIST' },
    { path: 'targetResources.modifiedProperties.oldValue', title: 'Values before, as JSON text', type: 'STRING_LIST' },
    { path: 'targetResources.modifiedProperties.newValue', title: 'Values after, as JSON text', type: 'STRING_LIST' },
    { path: 'initiatedBy.user.id', title: 'Object id of the user who did it', type: 'STRING' },
    { path: 'initiatedBy.user.userPrincipalName', title: 'User principal name of the user who did it', type: 'STRING' },
    { path: 'initiatedBy.user.displayName', title: 'Display name of the user who did it', type: 'STRING' },
    { path: 'initiatedBy.user.ipAddress', title: 'IP address of the user who did it', type: 'STRING', isAddress: true },
    { path: 'initiatedBy.app.displayName', title: 'App that did it', type: 'STRING' },
    { path: 'initiatedBy.app.appId', title: 'Application id of the app that did it', type: 'STRING' },
    { path: 'initiatedBy.app.servicePrincipalId', title: 'Service principal that did it', type: 'STRING' },
    { path: 'additionalDetails.key', title: 'Names of more details', type: 'STRING_LIST' },
    { path: 'additionalDetails.value', title: 'Values of more details', type: 'STRING_LIST' },
    { path: 'activityDateTime', title: 'When it was', type: 'DATETIME' },
    { path: 'correlationId', title: 'Correlation id', type: 'STRING' },
    { path: 'id', title: 'Id of the record', type: 'STRING' },
  ],
  sample: DIRECTORY_AUDIT_SAMPLE,
  targets: ({ targetResources }) => userTargets(...recordsOf(targetResources).filter(isUser).map(({ id, userPrincipalName }) => ({ id, userPrincipalName }))),
  occurredAt: ({ activityDateTime }) => momentOf(activityDateTime),
  dedupeKey: ({ id }) => idOf(id),
  /** @see https://learn.microsoft.com/graph/api/directoryaudit-list */
  feed: pollList({
    title: 'the audit log',
    remedy: 'Grant Directory.Read.All beside AuditLog.Read.All: some tenants ask for both. A new grant takes some minutes to work.',
    path: '/auditLogs/directoryAudits',
    moment: 'activityDateTime',
    isSortable: true,
    pageSize: 999,
    permission: need(['AuditLog.Read.All'], 'To read the changes of the directory that triggers wait for.'),
    patienceMs: 10 * SECOND_MS,
    // The logs have five requests in ten seconds for an app in a tenant: https://learn.microsoft.com/graph/throttling-limits
    everyMs: MINUTE_MS,
    overlapMs: 15 * MINUTE_MS,
  }),
});

/** Microsoft's documents spell the property in both ways. */
function isUser({ type, Type }: Readonly<Record<string, unknown>>): boolean {
  return (type ?? Type) === 'User';
}
