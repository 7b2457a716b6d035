import { Field, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../graphql/node.view.js';
import { DateTimeScalar, JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { Connection } from './connection.entity.js';

@ObjectType('Connection', { implements: NodeView, description: 'One tenant of a provider.' })
export class ConnectionView extends NodeView implements Pick<Connection, 'name' | 'settings' | 'revision'> {
  @Field({ description: 'Its name, for people.' })
  name!: string;

  @Field(() => JSONObjectScalar, { description: 'Its settings, by the provider\'s connectionSettings. Never a secret.' })
  settings!: JsonObject;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => Int, { description: 'Every save makes the next one.' })
  revision!: number;
}

@ObjectType('CreateConnectionPayload', { description: 'What createConnection answers.' })
export class CreateConnectionPayload {
  @Field(() => ConnectionView, { description: 'The new connection.' })
  connection!: Connection;
}
