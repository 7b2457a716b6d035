import type { Call } from '../call.js';
import type { SubscriptionRecord } from '../subscription-record.js';
import { GraphFailure } from './graph-failure.js';
import { readJsonObject } from './json-body.js';
import type { JsonObject } from './json-body.js';

/** What a client asks for when it subscribes. */
export type SubscriptionWish = Omit<SubscriptionRecord, 'id' | 'applicationId' | 'creatorId'>;

const MINUTE_MS = 60_000;
const SHORTEST_MS = 45 * MINUTE_MS;
/** 29 days. */
const LONGEST_MINUTES = 41_760;
const LONGEST_CLIENT_STATE = 128;
const LOOPBACK_HOSTS = ['localhost', '127.0.0.1', '[::1]'];
const CHANGE_TYPES = ['updated', 'deleted'];

function invalid(message: string): GraphFailure {
  return new GraphFailure(400, 'InvalidRequest', message);
}

function readText(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(`The property '${name}' of a subscription must be a text that is not empty.`);
}

function readOptionalText(body: JsonObject, name: string): string | null {
  return body[name] === undefined || body[name] === null ? null : readText(body, name);
}

/** Https, as Graph wants it; plain http to this machine alone, where the client of a sandbox is. */
function checkAddress(address: string, name: string): string {
  const url = URL.parse(address);
  const isLoopback = url !== null && url.protocol === 'http:' && LOOPBACK_HOSTS.includes(url.hostname);
  if (url?.protocol === 'https:' || isLoopback) return address;
  throw invalid(`The property '${name}' of a subscription must be an https address; the sandbox tenant takes http addresses of this machine, too.`);
}

function readChangeType(body: JsonObject): string {
  const changeType = readText(body, 'changeType');
  const changes = changeType.split(',').map((change) => change.trim().toLowerCase());
  if (changes.every((change) => CHANGE_TYPES.includes(change)) && new Set(changes).size === changes.length) return changeType;
  throw invalid(`The change type '${changeType}' is not supported for users: 'updated' and 'deleted' are. A new user is told as updated.`);
}

function readResource(body: JsonObject): string {
  const resource = readText(body, 'resource');
  if (/^\/?users$/i.test(resource)) return resource;
  throw invalid(`The sandbox tenant has no change notifications for '${resource}', only for 'users'.`);
}

function readClientState(body: JsonObject): string | null {
  const clientState = readOptionalText(body, 'clientState');
  if (clientState === null || clientState.length <= LONGEST_CLIENT_STATE) return clientState;
  throw invalid(`The property 'clientState' of a subscription has at most ${LONGEST_CLIENT_STATE} characters.`);
}

/** A time that is too soon is put off to the soonest, as documented; one that is too late is refused. */
export function readExpiration(body: JsonObject, nowMs: number): string {
  const wantedMs = Date.parse(readText(body, 'expirationDateTime'));
  if (Number.isNaN(wantedMs)) throw invalid("The property 'expirationDateTime' of a subscription must be a date and time.");
  if (wantedMs > nowMs + LONGEST_MINUTES * MINUTE_MS) throw invalid(`Subscription expiration can only be ${LONGEST_MINUTES} minutes in the future.`);
  return new Date(Math.max(wantedMs, nowMs + SHORTEST_MS)).toISOString();
}

export function readSubscriptionWish(call: Call, nowMs: number): SubscriptionWish {
  const body = readJsonObject(call);
  const lifecycleNotificationUrl = readOptionalText(body, 'lifecycleNotificationUrl');
  return {
    changeType: readChangeType(body),
    notificationUrl: checkAddress(readText(body, 'notificationUrl'), 'notificationUrl'),
    lifecycleNotificationUrl: lifecycleNotificationUrl === null ? null : checkAddress(lifecycleNotificationUrl, 'lifecycleNotificationUrl'),
    resource: readResource(body),
    expirationDateTime: readExpiration(body, nowMs),
    clientState: readClientState(body),
  };
}
