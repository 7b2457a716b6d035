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

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was deleted; its runs stay readable. null: it was not.' })
  deletedAt!: Date | null;
}

@ObjectType({ description: 'What createConnection answers.' })
export class CreateConnectionPayload {
  @Field(() => ConnectionView, { description: 'The new connection.' })
  connection!: Connection;
}

@ObjectType({ description: 'What updateConnection answers.' })
export class UpdateConnectionPayload {
  @Field(() => ConnectionView, { description: 'The connection as it is now.' })
  connection!: Connection;
}

@ObjectType({ description: 'What deleteConnection answers.' })
export class DeleteConnectionPayload {
  @Field(() => ConnectionView, { description: 'The connection as it was.' })
  connection!: Connection;
}

@ObjectType({ description: 'What checkConnection answers.' })
export class CheckConnectionPayload {
  @Field(() => ConnectionView, { description: 'The connection; its consent and health are of this moment.' })
  connection!: Connection;
}

@ObjectType({ description: 'What confirmConsent answers.' })
export class ConfirmConsentPayload {
  @Field(() => ConnectionView, { description: 'The connection, its consent confirmed.' })
  connection!: Connection;
}
