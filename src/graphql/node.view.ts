import { Field, ID, InterfaceType } from 'type-graphql';
import { kindOfId, type IdKind } from '../kernel/ids.js';

const TYPE_NAMES: Readonly<Record<IdKind, string>> = {
  apiKey: 'ApiKey',
  user: 'User',
  connection: 'Connection',
  playbook: 'Playbook',
  playbookStep: 'PlaybookStep',
  run: 'Run',
  runStep: 'RunStep',
  batch: 'RunBatch',
  approval: 'Approval',
  trigger: 'Trigger',
  event: 'Event',
  triggerFiring: 'TriggerFiring',
  eventSource: 'EventSource',
  eventFeed: 'EventFeed',
  auditEntry: 'AuditEntry',
};

/** Rows are plain objects, so the type of one is told by its id. What the catalogue holds has no such id. */
export function typeNameOfId(id: string): string {
  const kind = kindOfId(id);
  if (kind) return TYPE_NAMES[kind];
  return id.includes(':') ? 'Action' : 'Provider';
}

@InterfaceType('Node', {
  description: 'Anything that has an id of its own and can be read by it with the query node.',
  // Only an event type, in the catalogue, has a definition: its id has the form of an action's.
  resolveType: (node: NodeView) => ('definition' in node ? 'EventType' : typeNameOfId(node.id)),
})
export abstract class NodeView {
  @Field(() => ID, { description: 'Opaque to clients. A TypeID such as run_01h455vb4pex5vsknk084sn02q; for providers, actions and event types their fixed names, entra-id, entra-id:suspend-user and entra-id:risk-detection.' })
  id!: string;
}
