import { Field, ID, InterfaceType } from 'type-graphql';
import { kindOfId, type IdKind } from '../kernel/ids.js';

const TYPE_NAMES: Readonly<Record<IdKind, string>> = {
  apiKey: 'ApiKey',
  connection: 'Connection',
  playbook: 'Playbook',
  playbookStep: 'PlaybookStep',
  run: 'Run',
  runStep: 'RunStep',
  approval: 'Approval',
};

/** Rows are plain objects, so the type of one is told by its id. */
export function typeNameOfId(id: string): string {
  const kind = kindOfId(id);
  if (kind) return TYPE_NAMES[kind];
  return id.includes(':') ? 'Action' : 'Provider';
}

@InterfaceType('Node', {
  description: 'Anything that has an id of its own and can be read by it with the query node.',
  resolveType: ({ id }: NodeView) => typeNameOfId(id),
})
export abstract class NodeView {
  @Field(() => ID, { description: 'Opaque to clients. A TypeID such as run_01h455vb4pex5vsknk084sn02q; for providers and actions their fixed names, entra-id and entra-id:suspend-user.' })
  id!: string;
}
