import { Args, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { ActorUnion, type ContactActorView } from '../auth/actor.view.js';
import type { ApiKey } from '../auth/api-key.entity.js';
import type { User } from '../auth/user.entity.js';
import type { Context } from '../graphql/context.js';
import { toListView } from '../graphql/page.view.js';
import type { TriggerActorView } from '../triggers/trigger-actor.view.js';
import type { AuditEntry } from './audit-entry.entity.js';
import type { AuditService } from './audit.service.js';
import { AuditEntryListView, AuditEntryView, AuditLogArgs, AuditVerificationView } from './audit.view.js';
import type { AuditVerification } from './verify-audit-log.js';

@Resolver(() => AuditEntryView)
export class AuditResolver {
  constructor(private readonly audit: AuditService) {}

  @Query(() => AuditEntryListView, { description: 'The audit log, newest first.' })
  async auditLog(@Args(() => AuditLogArgs) { subject, ...page }: AuditLogArgs, @Ctx() { session }: Context) {
    return toListView(await this.audit.page(session, { subject: subject ?? undefined }, page));
  }

  @Query(() => AuditVerificationView, { description: 'Follows the chain of the audit log from its first entry to its last. What was changed, taken out or cut off is found and named.' })
  verifyAuditLog(@Ctx() { session, signal }: Context): Promise<AuditVerification> {
    return this.audit.verify(session, signal);
  }

  @FieldResolver(() => ActorUnion, { nullable: true, description: 'Who did it; null: nobody who is known, or the service itself.' })
  async actor(@Root() { actor }: AuditEntry, @Ctx() { loaders }: Context): Promise<ApiKey | User | TriggerActorView | ContactActorView | null> {
    if (actor === null) return null;
    if (actor.kind === 'CONTACT') return actor;
    if (actor.kind !== 'TRIGGER') return loaders.actor.load(actor.id);
    const [trigger, event] = await Promise.all([loaders.trigger.load(actor.id), loaders.event.load(actor.eventId)]);
    return { trigger, event };
  }
}
