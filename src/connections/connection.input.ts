import { Field, ID, InputType, Int } from 'type-graphql';
import { JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { ConnectionChange, NewConnection } from './connection.service.js';

@InputType({ description: 'A tenant to connect.' })
export class CreateConnectionInput implements NewConnection {
  @Field(() => ID, { description: 'The provider, for example entra-id.' })
  provider!: string;

  @Field({ description: 'A name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => JSONObjectScalar, { description: 'Settings by the provider\'s connectionSettings; for entra-id {"tenantId": "<GUID or domain>", "cloud": "PUBLIC"}.' })
  settings!: JsonObject;

  @Field(() => JSONObjectScalar, { nullable: true, description: 'A credential of its own, by the provider\'s connectionCredential. It is stored encrypted and can never be read again. Left out: the credential of the environment.' })
  credential?: JsonObject | null;
}

@InputType({ description: 'A change of a connection; what is left out stays.' })
export class UpdateConnectionInput implements ConnectionChange {
  @Field(() => ID, { description: 'Which connection.' })
  id!: string;

  @Field(() => Int, { description: 'The revision that was read; another one by now is refused with CONFLICT.' })
  revision!: number;

  @Field(() => String, { nullable: true, description: 'A new name, 1 to 200 characters.' })
  name?: string;

  @Field(() => JSONObjectScalar, { nullable: true, description: 'New settings, whole. A confirmation of consent is void then.' })
  settings?: JsonObject;

  @Field(() => JSONObjectScalar, { nullable: true, description: 'A new credential, whole; null takes the connection\'s own away, and that of the environment is used. A confirmation of consent is void then.' })
  credential?: JsonObject | null;
}

@InputType({ description: 'Which connection to delete.' })
export class DeleteConnectionInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@InputType({ description: 'Which connection to check.' })
export class CheckConnectionInput {
  @Field(() => ID, { description: 'Its id.' })
  connectionId!: string;
}

@InputType({ description: 'Which connection\'s consent to confirm.' })
export class ConfirmConsentInput {
  @Field(() => ID, { description: 'The id of the connection.' })
  connectionId!: string;
}
