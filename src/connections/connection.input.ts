import { Field, ID, InputType } from 'type-graphql';
import { JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { NewConnection } from './connection.service.js';

@InputType({ description: 'A tenant to connect.' })
export class CreateConnectionInput implements NewConnection {
  @Field(() => ID, { description: 'The provider, for example entra-id.' })
  provider!: string;

  @Field({ description: 'A name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => JSONObjectScalar, { description: 'Settings by the provider\'s connectionSettings; for entra-id {"tenantId": "<GUID or domain>"}.' })
  settings!: JsonObject;
}
