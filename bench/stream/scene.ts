import { EVENT_TYPE, MATCHING } from './event-stream.ts';

/** A client of the API. */
export interface Client {
  ask<Data>(query: string, variables?: object): Promise<Data>;
}

export interface Scene {
  readonly triggerId: string;
  readonly playbookIds: readonly string[];
}

/**
 * A trigger that is linked to two playbooks. Their only step has a condition that does not hold, so that a run ends without
 * a call to the provider: it is the starting of runs that is looked at.
 */
export async function setScene(client: Client, tenantId: string): Promise<Scene> {
  const connectionId = await create(client, 'Connection', { provider: 'entra-id', name: 'Sandbox', settings: { tenantId } });
  const steps = [{ action: 'entra-id:clear-user-sessions', connectionId, runIf: 'run.dryRun' }];
  const playbookIds = [await create(client, 'Playbook', { name: 'First', steps }), await create(client, 'Playbook', { name: 'Second', steps })];
  const triggerId = await create(client, 'Trigger', { name: 'Alerts that are high', eventType: EVENT_TYPE, conditions: MATCHING, playbookIds });
  return { triggerId, playbookIds };
}

async function create(client: Client, what: 'Connection' | 'Playbook' | 'Trigger', input: object): Promise<string> {
  const name = what.toLowerCase();
  const { made } = await client.ask<{ made: Record<string, { id: string }> }>(`mutation ($input: Create${what}Input!) { made: create${what}(input: $input) { ${name} { id } } }`, { input });
  const id = made[name]?.id;
  if (id === undefined) throw new Error(`No ${name} was created.`);
  return id;
}
