import { z } from 'zod';
import { LIFECYCLE_EVENTS } from './change-notifications.js';
import type { LifecycleEvent, LifecycleNotification } from './change-notifications.js';
import { ControlRefusal } from './control-refusal.js';
import type { Tenant } from './tenant.js';

export const lifecycleNoticeRequest = z.strictObject({ event: z.enum(LIFECYCLE_EVENTS) });

/** Tells a client about its subscription; `subscriptionRemoved` takes it away, too. */
export function sendLifecycleNotice(tenant: Tenant, subscriptionId: string, event: LifecycleEvent): LifecycleNotification {
  const subscription = tenant.subscriptions.find(subscriptionId);
  if (subscription === undefined) throw new ControlRefusal(404, `There is no subscription '${subscriptionId}'. GET /control/subscriptions lists them all.`);
  return tenant.notifications.lifecycle(subscription, lifecycleNoticeRequest.parse({ event }).event);
}
