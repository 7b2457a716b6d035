import { PERMISSIONS, PERMISSIONS_WITHIN_LIMITS, ROLES, ROLE_PERMISSIONS, type Permission } from '../../../src/auth/permissions.js';
import { CROSSINGS, KEPT_FIELDS } from './fields.js';
import type { Operation } from './operation.js';
import { NODES, QUERIES, SUBSCRIPTIONS } from './reading.js';
import { MUTATIONS } from './writing.js';

const code = (text: string): string => `\`${text}\``;
const mark = (isSo: boolean): string => (isSo ? ' ✓ ' : ' ');

function permissionRows(): string[] {
  return (Object.entries(PERMISSIONS) as [Permission, string][]).map(([permission, text]) => {
    const marks = [...ROLES.map((role) => ROLE_PERMISSIONS[role].includes(permission)), PERMISSIONS_WITHIN_LIMITS.includes(permission)].map(mark);
    return `| ${code(permission)} | ${text} |${marks.join('|')}|`;
  });
}

function operationRows(kind: string, table: Readonly<Record<string, Operation>>): string[] {
  return Object.entries(table).map(([name, { needs, within }]) => `| ${kind} ${code(name)} | ${needs.map(code).join(', ') || 'a valid key or token'} |${mark(within !== 'FORBIDDEN' && within !== 'NULL')}|`);
}

/** docs/permissions.md, whole: out of the table of the code and of those that the tests hold against it. */
export function permissionsPage(): string {
  const queries = Object.fromEntries(Object.entries(QUERIES).filter(([name]) => !name.includes(' ')));
  const nodes = Object.fromEntries(Object.entries(NODES).map(([kind, operation]) => [`node(${kind})`, operation]));
  return `# Who may do what

An API key has one or more roles, and a user those that their token says ([sign-in.md](sign-in.md)); a role is a set of permissions. What is not written here is refused. \`countermeasure keys create --name … --role VIEWER RESPONDER --email grace@contoso.example\` makes a key; with the mail address of whoever holds it, the key and the contact of that address are one person in approvals. This page is written by \`UPDATE_PERMISSIONS=1 npm test -- test/docs\` from \`src/auth/permissions.ts\` and from the tables in \`test/auth/matrix\`, which are held against every operation and role by \`npm test -- test/auth\`.

## Permissions

| permission | what it allows | ${ROLES.join(' | ')} | with limits |
|---|---|${'---|'.repeat(ROLES.length + 1)}
${permissionRows().join('\n')}

## Keys with limits

A key can be limited to certain playbooks, to certain connections, or both: \`countermeasure keys create --name … --role RESPONDER --playbook pbk_… --connection con_…\`, or \`playbookIds\` and \`connectionIds\` of \`createApiKey\`. What is outside is not there for the key: missing from lists and their counts, null by its id, NOT_FOUND in a mutation, with the same words as for what never was.

- **Connections** are those that are named; all when none are.
- **Playbooks** are those that are named, all when none are, less those with a step that acts by a connection outside.
- **Runs**, with their steps, events and approvals, are those of such playbooks that themselves act by no connection outside.
- **Firings** are those of such playbooks and runs; **triggers** those that start such a playbook or have fired one; **events** those that fired one.
- Playbooks can be changed, and get only connections that are within. Nothing new is made, and nothing is changed or sent that concerns what is outside: the last column says which permissions such a key keeps, whatever its roles; new playbooks and backtests, which look at all events, are refused to it, too.
- Limits are given when a key is made and stay. A playbook that somebody moves outside is gone for the key with its runs.

## What is not there, and what is not allowed

Without a valid key or token everything is UNAUTHENTICATED. Whoever may not see a kind of thing is answered as if there was none: null for \`node\`, \`run\`, \`playbook\`, \`trigger\`, NOT_FOUND for \`runProgress\`. A whole list that they may not see, and anything that they may see and not do, is FORBIDDEN, whether or not there is such a thing: the permission is looked at first.

## Operations

| operation | needs | with limits |
|---|---|---|
${[...operationRows('query', { ...queries, ...nodes }), ...operationRows('mutation', MUTATIONS), ...operationRows('subscription', SUBSCRIPTIONS)].join('\n')}

Where a field leads from one thing to another, the other one's permission is needed, too:

| field | needs |
|---|---|
${Object.entries(CROSSINGS).map(([field, { needs }]) => `| ${code(field)} | ${code(needs)} |`).join('\n')}

Some fields show less to those who see the thing:

| field | is shown to |
|---|---|
${Object.entries(KEPT_FIELDS).map(([field, text]) => `| ${code(field)} | ${text} |`).join('\n')}
`;
}
