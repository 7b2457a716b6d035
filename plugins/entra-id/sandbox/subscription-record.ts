import { z } from 'zod';

const nullableText = z.string().nullable();

/** A subscription to change notifications. @see https://learn.microsoft.com/graph/api/resources/subscription */
export const subscriptionRecord = z.object({
  id: z.guid(),
  resource: z.string(),
  applicationId: z.guid(),
  /** One of `updated` and `deleted`, or both with a comma between. */
  changeType: z.string(),
  clientState: nullableText,
  notificationUrl: z.string(),
  lifecycleNotificationUrl: nullableText,
  expirationDateTime: z.string(),
  /** The service principal that made it. */
  creatorId: z.guid(),
});

export type SubscriptionRecord = z.infer<typeof subscriptionRecord>;
