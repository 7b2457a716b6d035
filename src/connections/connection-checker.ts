import { isActionError, type ConnectionReport, type ProviderTrouble } from '@countermeasure/sdk';
import type { Database } from '../db/database.js';
import type { Logger } from '../kernel/logger.js';
import { redactIn } from '../kernel/redact.js';
import type { ConnectionCheck, ConnectionProblem } from './connection-check.entity.js';
import type { ConnectionClients } from './connection-clients.js';
import type { Connection } from './connection.entity.js';
import type { Pace } from './pace.js';
import type { ConnectionStore } from './connection.store.js';

/** A provider that has not answered by then counts as unreachable. */
const CHECK_WITHIN_MS = 20_000;

interface Deps {
  readonly database: Database;
  readonly connections: ConnectionStore;
  readonly clients: ConnectionClients;
  readonly pace: Pace;
  readonly logger: Logger;
}

/** Looks whether connections can be used, and writes down what it found. It never throws for a fault of the provider: that is a finding. */
export class ConnectionChecker {
  private readonly underWay = new Map<string, Promise<ConnectionCheck>>();

  constructor(private readonly deps: Deps) {}

  /** Many who ask at the same time share one look. */
  check(connection: Connection): Promise<ConnectionCheck> {
    const key = `${connection.id} ${connection.revision}`;
    const looking =
      this.underWay.get(key) ??
      this.look(connection).finally(() => {
        this.underWay.delete(key);
      });
    this.underWay.set(key, looking);
    return looking;
  }

  private async look(connection: Connection): Promise<ConnectionCheck> {
    const startedAt = performance.now();
    const { found, trouble } = await this.ask(connection);
    const latencyMs = Math.round(performance.now() - startedAt);
    const check = await this.deps.database.transact(async (tx) => {
      const current = await this.deps.connections.lock(tx, connection.id);
      const [last] = await this.deps.connections.checksOf(tx, [connection.id]);
      const checkedAt = new Date();
      const finding = 'code' in found ? afterProblem(last ?? NOTHING_KNOWN, found) : afterReport(last ?? NOTHING_KNOWN, found, checkedAt);
      const check: ConnectionCheck = { ...finding, connectionId: connection.id, checkedAt, latencyMs };
      // Somebody may have changed or deleted it meanwhile: what was found then concerns nobody any more.
      if (current?.revision === connection.revision) await this.deps.connections.saveCheck(tx, check);
      return check;
    });
    await this.deps.pace.checked(connection, trouble);
    return check;
  }

  private async ask(connection: Connection): Promise<{ found: ConnectionReport | ConnectionProblem; trouble?: ProviderTrouble | undefined }> {
    try {
      const { provider, client } = await this.deps.clients.connect(connection);
      return { found: redactIn(await withDeadline((signal) => provider.plugin.provider.check({ client, signal }))) };
    } catch (error) {
      if (isActionError(error)) {
        if (error.trouble === 'THROTTLED') await this.deps.pace.failed(connection.id, error);
        return { found: { code: error.code, message: error.message, remedy: error.remedy ?? null, isPassing: error.retryable }, trouble: error.trouble };
      }
      if (error instanceof CheckTimeout) return { found: { code: 'UNREACHABLE', message: error.message, remedy: 'Check that this machine reaches the provider.', isPassing: true }, trouble: 'UNAVAILABLE' };
      this.deps.logger.error({ err: error, connectionId: connection.id }, 'A check of a connection failed by a fault.');
      return { found: { code: 'INTERNAL_ERROR', message: 'The check failed by a fault of its plugin or of this service.', remedy: 'The details stand in the service\'s log, under this connection\'s id.', isPassing: true } };
    }
  }
}

class CheckTimeout extends Error {
  override readonly name = 'CheckTimeout';
}

async function withDeadline<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController();
  const passed = new CheckTimeout(`The provider did not answer within ${CHECK_WITHIN_MS / 1_000} s.`);
  const timer = setTimeout(() => deadline.abort(passed), CHECK_WITHIN_MS);
  try {
    const aborted = new Promise<never>((_resolve, reject) => deadline.signal.addEventListener('abort', () => reject(passed), { once: true }));
    return await Promise.race([work(deadline.signal), aborted]);
  } finally {
    clearTimeout(timer);
  }
}

type Finding = Omit<ConnectionCheck, 'connectionId' | 'checkedAt' | 'latencyMs'>;

const NOTHING_KNOWN: Finding = {
  problem: null,
  granted: null,
  arriving: [],
  wasGranted: false,
  tenantId: null,
  privilegedRoleHeld: null,
  privilegedRoleReason: null,
  privilegedRoleCheckedAt: null,
  warnings: [],
};

/** A look that failed says nothing new about what is granted, unless it says that nothing is. */
function afterProblem(last: Finding, problem: ConnectionProblem): Finding {
  return { ...last, problem, granted: problem.code === 'CONSENT_MISSING' ? [] : last.granted };
}

function afterReport(last: Finding, report: ConnectionReport, checkedAt: Date): Finding {
  const { granted, arriving = [], tenantId = null, privilegedRole, warnings = [] } = report;
  return {
    problem: null,
    granted: granted ? [...granted] : null,
    arriving: [...arriving],
    wasGranted: last.wasGranted || (granted !== undefined && granted.length > 0),
    tenantId,
    ...afterRoleCheck(privilegedRole, checkedAt),
    warnings: [...warnings],
  };
}

function afterRoleCheck(role: ConnectionReport['privilegedRole'], checkedAt: Date): Pick<Finding, 'privilegedRoleHeld' | 'privilegedRoleReason' | 'privilegedRoleCheckedAt'> {
  return { privilegedRoleHeld: role?.held ?? null, privilegedRoleReason: role?.reason ?? null, privilegedRoleCheckedAt: role ? checkedAt : null };
}
