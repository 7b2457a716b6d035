import { randomUUID } from 'node:crypto';
import type { Call } from '../call.js';
import type { SubscriptionRecord } from '../subscription-record.js';
import { GraphFailure } from './graph-failure.js';
import { contextUrl, graphAnswer, noContent } from './graph-route.js';
import type { Accepted, GraphRequest, GraphRoute } from './graph-route.js';
import { readJsonObject } from './json-body.js';
import { pageOf } from './odata-page.js';
import { READ_USERS } from './permission-check.js';
import { readExpiration, readSubscriptionWish } from './subscription-body.js';
import { validateEndpoint } from './validate-endpoint.js';

/** All that Graph says of a subscription; the client state is shown to whoever makes it and never again. */
function view(subscription: SubscriptionRecord): Record<string, unknown> {
  return {
    ...subscription,
    clientState: null,
    notificationQueryOptions: null,
    includeResourceData: null,
    latestSupportedTlsVersion: null,
    encryptionCertificate: null,
    encryptionCertificateId: null,
    notificationUrlAppId: null,
  };
}

function answerOne(call: Call, subscription: SubscriptionRecord): ReturnType<typeof graphAnswer> {
  return graphAnswer(call, { '@odata.context': contextUrl(call, 'subscriptions/$entity'), ...view(subscription) });
}

function subscriptionInPath({ tenant, parameters }: GraphRequest): SubscriptionRecord {
  const subscription = tenant.subscriptions.find(parameters['subscriptionId'] ?? '');
  if (subscription === undefined) throw new GraphFailure(404, 'ResourceNotFound', 'The object was not found.');
  return subscription;
}

function createSubscription({ call, tenant }: GraphRequest): Accepted {
  const wish = readSubscriptionWish(call, tenant.now());
  const refuseSecond = (): void => {
    const alike = tenant.subscriptions.findAlike(wish);
    if (alike !== undefined) throw new GraphFailure(409, 'Conflict', `Subscription Id ${alike.id} already exists for the requested combination`);
  };
  return {
    needs: [READ_USERS],
    carryOut: async () => {
      refuseSecond();
      const { notificationUrl, lifecycleNotificationUrl } = wish;
      for (const address of new Set([notificationUrl, lifecycleNotificationUrl ?? notificationUrl])) await validateEndpoint(address, tenant);
      // Somebody may have been faster during the handshake.
      refuseSecond();
      const { application, servicePrincipal } = tenant.state;
      const subscription = { id: randomUUID(), ...wish, applicationId: application.clientId, creatorId: servicePrincipal.id };
      tenant.subscriptions.add(subscription);
      call.entry.hadEffect = true;
      const body = { '@odata.context': contextUrl(call, 'subscriptions/$entity'), ...view(subscription), clientState: subscription.clientState };
      return { ...graphAnswer(call, body), status: 201 };
    },
  };
}

function listSubscriptions({ call, tenant }: GraphRequest): Accepted {
  return {
    needs: [READ_USERS],
    carryOut: () => {
      const page = pageOf(call, tenant.subscriptions.live(), ({ id }) => id);
      return graphAnswer(call, {
        '@odata.context': contextUrl(call, 'subscriptions'),
        ...(page.nextLink === undefined ? {} : { '@odata.nextLink': page.nextLink }),
        value: page.items.map(view),
      });
    },
  };
}

function getSubscription(request: GraphRequest): Accepted {
  return { needs: [READ_USERS], carryOut: () => answerOne(request.call, subscriptionInPath(request)) };
}

function updateSubscription(request: GraphRequest): Accepted {
  const { call, tenant } = request;
  const body = readJsonObject(call);
  const other = Object.keys(body).find((name) => name !== 'expirationDateTime');
  if (other !== undefined) throw new GraphFailure(400, 'InvalidRequest', `The sandbox tenant cannot change '${other}' of a subscription; it can change: expirationDateTime.`);
  const expirationDateTime = readExpiration(body, tenant.now());
  return {
    needs: [READ_USERS],
    carryOut: () => {
      const subscription = subscriptionInPath(request);
      tenant.subscriptions.prolong(subscription, expirationDateTime);
      call.entry.hadEffect = true;
      return answerOne(call, subscription);
    },
  };
}

function deleteSubscription(request: GraphRequest): Accepted {
  const { call, tenant } = request;
  return {
    needs: [READ_USERS],
    carryOut: () => {
      tenant.subscriptions.remove(subscriptionInPath(request).id);
      call.entry.hadEffect = true;
      return noContent(call);
    },
  };
}

/** Who wants to be told when a user changes. */
export const subscriptionRoutes: readonly GraphRoute[] = [
  { method: 'POST', path: '/subscriptions', kind: 'subscriptions.create', resourceUnits: 1, accept: createSubscription },
  { method: 'GET', path: '/subscriptions', kind: 'subscriptions.list', resourceUnits: 1, accept: listSubscriptions },
  { method: 'GET', path: '/subscriptions/{subscriptionId}', kind: 'subscriptions.get', resourceUnits: 1, accept: getSubscription },
  { method: 'PATCH', path: '/subscriptions/{subscriptionId}', kind: 'subscriptions.update', resourceUnits: 1, accept: updateSubscription },
  { method: 'DELETE', path: '/subscriptions/{subscriptionId}', kind: 'subscriptions.delete', resourceUnits: 1, accept: deleteSubscription },
];
