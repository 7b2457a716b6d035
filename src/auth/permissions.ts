/** Everything that can be allowed, `noun:verb`, with what it lets one do. */
export const PERMISSIONS = {
  'catalogue:read': 'See providers and actions.',
  'connection:read': 'See connections and their settings.',
  'connection:write': 'Create, change and delete connections.',
  'connection:consent': 'Check connections, get their admin-consent links and confirm that access was granted.',
  'target:search': 'Search the connected tenants for targets.',
  'playbook:read': 'See playbooks.',
  'playbook:write': 'Create, change and delete playbooks.',
  'trigger:read': 'See triggers and what they have fired, and try them without starting anything.',
  'trigger:write': 'Create, change, link and delete triggers.',
  'event:read': 'See the events that were received.',
  'event:ingest': 'Send events, which start what their triggers are linked to.',
  'event-source:read': 'See the systems that post events, never their secrets.',
  'event-source:write': 'Create, change and delete them, and rotate their secrets.',
  'run:read': 'See runs and follow them.',
  'run:start': 'Start a playbook against a target; retry and undo runs.',
  'run:cancel': 'Cancel what has not begun of a run.',
  'run:review': 'Decide what became of a step whose outcome nobody could read back.',
  'approval:read': 'See approvals.',
  'approval:decide': 'Approve and deny.',
  'guardrail:read': 'See the guardrails.',
  'guardrail:pause': 'Pause all runs; letting them go on takes `guardrail:write`.',
  'guardrail:write': 'Change the guardrails, and let paused runs go on.',
  'audit:read': 'Read the audit log and prove that it is whole.',
  'metrics:read': 'Read the metrics of the processes.',
  'user:read': 'See people who have signed in.',
  'api-key:read': 'See API keys, never their secrets.',
  'api-key:write': 'Make and revoke API keys.',
} as const;

export type Permission = keyof typeof PERMISSIONS;

export const ROLES = ['VIEWER', 'RESPONDER', 'APPROVER', 'AUTHOR', 'ADMIN'] as const;
export type Role = (typeof ROLES)[number];

const READ: readonly Permission[] = ['catalogue:read', 'connection:read', 'playbook:read', 'trigger:read', 'event:read', 'event-source:read', 'run:read', 'approval:read', 'guardrail:read', 'metrics:read', 'user:read'];

/**
 * What a key keeps that is limited to certain playbooks or connections, where its roles allow it. The rest concerns everybody
 * or would be a way out of the limits: a key, trigger or event of its own making, another tenant behind a connection's name.
 */
export const PERMISSIONS_WITHIN_LIMITS: readonly Permission[] = [
  'catalogue:read', 'connection:read', 'connection:consent', 'target:search', 'playbook:read', 'playbook:write', 'trigger:read', 'event:read',
  'run:read', 'run:start', 'run:cancel', 'run:review', 'approval:read', 'approval:decide',
];

/** Who may do what, in one table. What is not written here is refused. */
export const ROLE_PERMISSIONS: Readonly<Record<Role, readonly Permission[]>> = {
  VIEWER: READ,
  RESPONDER: [...READ, 'connection:consent', 'target:search', 'run:start', 'run:cancel', 'run:review', 'event:ingest', 'guardrail:pause'],
  APPROVER: [...READ, 'approval:decide', 'guardrail:pause'],
  AUTHOR: [...READ, 'connection:consent', 'target:search', 'playbook:write', 'trigger:write'],
  ADMIN: Object.keys(PERMISSIONS) as Permission[],
};
