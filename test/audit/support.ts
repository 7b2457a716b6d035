import type { TestApp } from '../support/test-app.js';

export interface Entry {
  readonly id: string;
  readonly sequence: number;
  readonly at: string;
  readonly action: string;
  readonly subject: string | null;
  readonly details: Readonly<Record<string, unknown>>;
  readonly hash: string;
  readonly previousHash: string;
  readonly actor: { readonly __typename: string; readonly id?: string; readonly trigger?: { id: string }; readonly address?: string } | null;
}

const ENTRY = 'id sequence at action subject details hash previousHash actor { __typename ... on ApiKey { id } ... on TriggerActor { trigger { id } event { id } } ... on ContactActor { address } }';

/** The newest entries, the oldest of them first. */
export async function entriesOf({ admin }: Pick<TestApp, 'admin'>, subject?: string): Promise<Entry[]> {
  const { auditLog } = await admin.ask<{ auditLog: { nodes: Entry[] } }>(`query ($subject: ID) { auditLog(first: 100, subject: $subject) { nodes { ${ENTRY} } } }`, { subject });
  return auditLog.nodes.toReversed();
}

export async function verify({ admin }: Pick<TestApp, 'admin'>): Promise<{ ok: boolean; entries: number; firstBroken: number | null }> {
  return (await admin.ask<{ verifyAuditLog: { ok: boolean; entries: number; firstBroken: number | null } }>('{ verifyAuditLog { ok entries firstBroken } }')).verifyAuditLog;
}
