import type { Call } from '../call.js';
import { badRequest } from './graph-failure.js';
import { isJsonObject, readJsonObject } from './json-body.js';
import type { JsonObject } from './json-body.js';

export interface PasswordProfileChange {
  readonly password?: string;
  readonly forceChangePasswordNextSignIn?: boolean;
  readonly forceChangePasswordNextSignInWithMfa?: boolean;
}

/** What a PATCH of a user asks for. */
export interface UserChangeBody {
  readonly accountEnabled?: boolean;
  readonly passwordProfile?: PasswordProfileChange;
}

function rejectOthers(object: JsonObject, known: readonly string[], type: string): void {
  const other = Object.keys(object).find((name) => !known.includes(name) && !name.startsWith('@odata.'));
  if (other === undefined) return;
  throw badRequest(`The sandbox tenant cannot change '${other}' of ${type}; it can change: ${known.join(', ')}.`);
}

function readBoolean(object: JsonObject, name: string): boolean | undefined {
  const value = object[name];
  if (value === undefined || typeof value === 'boolean') return value;
  throw badRequest(`Cannot convert the literal '${JSON.stringify(value)}' of '${name}' to the expected type 'Edm.Boolean'.`);
}

const PASSWORD_PROPERTIES = ['password', 'forceChangePasswordNextSignIn', 'forceChangePasswordNextSignInWithMfa'];

function readPasswordProfile(value: unknown): PasswordProfileChange | undefined {
  if (value === undefined) return undefined;
  if (!isJsonObject(value)) throw badRequest("Invalid value specified for property 'passwordProfile' of resource 'User'.");
  rejectOthers(value, PASSWORD_PROPERTIES, 'a passwordProfile');
  const { password } = value;
  if (password !== undefined && password !== null && typeof password !== 'string') {
    throw badRequest("Invalid value specified for property 'password' of resource 'User'.");
  }
  const forced = readBoolean(value, 'forceChangePasswordNextSignIn');
  const forcedWithMfa = readBoolean(value, 'forceChangePasswordNextSignInWithMfa');
  return {
    ...(typeof password === 'string' ? { password } : {}),
    ...(forced === undefined ? {} : { forceChangePasswordNextSignIn: forced }),
    ...(forcedWithMfa === undefined ? {} : { forceChangePasswordNextSignInWithMfa: forcedWithMfa }),
  };
}

export function readUserChange(call: Call): UserChangeBody {
  const body = readJsonObject(call);
  rejectOthers(body, ['accountEnabled', 'passwordProfile'], 'a user');
  const accountEnabled = readBoolean(body, 'accountEnabled');
  const passwordProfile = readPasswordProfile(body['passwordProfile']);
  if (accountEnabled === undefined && passwordProfile === undefined) throw badRequest('An update must name at least one property.');
  return {
    ...(accountEnabled === undefined ? {} : { accountEnabled }),
    ...(passwordProfile === undefined ? {} : { passwordProfile }),
  };
}
