import { Field, ObjectType } from 'type-graphql';
import { ApiKeyView } from './actor.view.js';
import type { ApiKey } from './api-key.entity.js';

@ObjectType({ description: 'What createApiKey answers.' })
export class CreateApiKeyPayload {
  @Field(() => ApiKeyView, { description: 'The key.' })
  apiKey!: ApiKey;

  @Field({ description: 'The whole key, as it is sent: Authorization: Bearer cmk_…. It is shown this once.' })
  secret!: string;
}

@ObjectType({ description: 'What revokeApiKey answers.' })
export class RevokeApiKeyPayload {
  @Field(() => ApiKeyView, { description: 'The key as it is now.' })
  apiKey!: ApiKey;
}
