import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import type { Context } from '../graphql/context.js';
import { ReadinessProblemView } from './playbook.view.js';
import type { ReadinessProblem } from './readiness.js';

@Resolver(() => ReadinessProblemView)
export class ReadinessResolver {
  @FieldResolver(() => String, { nullable: true, description: 'For CONSENT_MISSING, the admin-consent link that mends it, as Consent.url gives it; otherwise null.' })
  async consentUrl(@Root() { code, connectionId }: ReadinessProblem, @Ctx() { loaders }: Context): Promise<string | null> {
    return code === 'CONSENT_MISSING' && connectionId !== null ? loaders.consentLink.load(connectionId) : null;
  }
}
