import 'reflect-metadata';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { First1764000000000 } from './migrations/1764000000000-first.js';
import { Connections1764100000000 } from './migrations/1764100000000-connections.js';
import { ProtectedTargets1764200000000 } from './migrations/1764200000000-protected-targets.js';
import { Approvals1764300000000 } from './migrations/1764300000000-approvals.js';
import { Triggers1764400000000 } from './migrations/1764400000000-triggers.js';
import { ApprovalFacts1764500000000 } from './migrations/1764500000000-approval-facts.js';
import { Audit1764600000000 } from './migrations/1764600000000-audit.js';
import { ApiKeyLimits1764610000000 } from './migrations/1764610000000-api-key-limits.js';
import { Guardrails1764630000000 } from './migrations/1764630000000-guardrails.js';
import { RetryAndUndo1764700000000 } from './migrations/1764700000000-retry-and-undo.js';
import { RunBatch1764710000000 } from './migrations/1764710000000-run-batch.js';
import { ConnectionPace1764800000000 } from './migrations/1764800000000-connection-pace.js';
import { Traces1764900000000 } from './migrations/1764900000000-traces.js';
import { AuditEntry } from './src/audit/audit-entry.entity.js';
import { AuditHead } from './src/audit/audit-head.entity.js';
import { Users1764620000000 } from './migrations/1764620000000-users.js';
import { ApprovalDecision } from './src/approvals/approval-decision.entity.js';
import { ApprovalLink } from './src/approvals/approval-link.entity.js';
import { ApprovalNotification } from './src/approvals/approval-notification.entity.js';
import { Approval } from './src/approvals/approval.entity.js';
import { ApiKey } from './src/auth/api-key.entity.js';
import { User } from './src/auth/user.entity.js';
import { ConnectionCheck } from './src/connections/connection-check.entity.js';
import { ConnectionCredential } from './src/connections/connection-credential.entity.js';
import { ConnectionPace } from './src/connections/connection-pace.entity.js';
import { ConnectionTurn } from './src/connections/connection-turn.entity.js';
import { Connection } from './src/connections/connection.entity.js';
import { ConsentRequest } from './src/connections/consent-request.entity.js';
import { IdempotencyKey } from './src/db/idempotency-key.entity.js';
import { SnakeCaseNaming } from './src/db/naming.js';
import { WorkerProcess } from './src/engine/worker-process.entity.js';
import { ChangedTarget } from './src/guardrails/changed-target.entity.js';
import { GuardrailSettings } from './src/guardrails/guardrail-settings.entity.js';
import { ProtectedTarget } from './src/guardrails/protected-target.entity.js';
import { PlaybookRevision } from './src/playbooks/playbook-revision.entity.js';
import { PlaybookStep } from './src/playbooks/playbook-step.entity.js';
import { Playbook } from './src/playbooks/playbook.entity.js';
import { Attempt } from './src/runs/attempt.entity.js';
import { RunBatch } from './src/runs/run-batch.entity.js';
import { RunEvent } from './src/runs/run-event.entity.js';
import { RunStep } from './src/runs/run-step.entity.js';
import { RunTarget } from './src/runs/run-target.entity.js';
import { Run } from './src/runs/run.entity.js';
import { EventFeed } from './src/triggers/event-feed.entity.js';
import { EventSource } from './src/triggers/event-source.entity.js';
import { ReceivedEvent } from './src/triggers/event.entity.js';
import { HookDelivery } from './src/triggers/hook-delivery.entity.js';
import { HookRefusal } from './src/triggers/hook-refusal.entity.js';
import { TriggerFiring } from './src/triggers/trigger-firing.entity.js';
import { TriggerPlaybook } from './src/triggers/trigger-playbook.entity.js';
import { Trigger } from './src/triggers/trigger.entity.js';

/** The tables and migrations there are, listed: nothing is found by its file name. */
export function dataSourceOptions(url: string, poolSize: number): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    // Statements that do not need each other's answers are sent together.
    extra: { pipeline: true },
    applicationName: 'countermeasure',
    namingStrategy: new SnakeCaseNaming(),
    entities: [
      ApiKey, Approval, ApprovalDecision, ApprovalLink, ApprovalNotification, Attempt, AuditEntry, AuditHead, ChangedTarget, Connection, ConnectionCheck, ConnectionCredential, ConnectionPace, ConnectionTurn, ConsentRequest, EventFeed, EventSource, GuardrailSettings, HookDelivery, HookRefusal, IdempotencyKey, Playbook, PlaybookRevision, PlaybookStep, ProtectedTarget, ReceivedEvent, Run, RunBatch, RunEvent, RunStep, RunTarget, Trigger, TriggerFiring, TriggerPlaybook, User, WorkerProcess,
    ],
    migrations: [First1764000000000, Connections1764100000000, ProtectedTargets1764200000000, Approvals1764300000000, Triggers1764400000000, ApprovalFacts1764500000000, Audit1764600000000, ApiKeyLimits1764610000000, Users1764620000000, Guardrails1764630000000, RetryAndUndo1764700000000, RunBatch1764710000000, ConnectionPace1764800000000, Traces1764900000000],
    migrationsTableName: 'schema_migration',
    installExtensions: false,
  };
}

/** For the TypeORM command line. */
export default new DataSource(dataSourceOptions(process.env['DATABASE_URL'] ?? 'postgres://localhost/countermeasure', 2));
