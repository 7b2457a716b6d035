import { headerText } from '../call.js';
import type { Call } from '../call.js';
import { badRequest, GraphFailure } from './graph-failure.js';

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

type JsonObject = Readonly<Record<string, unknown>>;

function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(call: Call): unknown {
  if (!(headerText(call.headers, 'content-type') ?? '').startsWith('application/json')) {
    throw badRequest('Write requests (excluding DELETE) must contain the Content-Type header declaration.');
  }
  try {
    return JSON.parse(call.body);
  } catch {
    throw new GraphFailure(400, 'BadRequest', 'Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
  }
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
  const body = parseJson(call);
  if (!isJsonObject(body)) throw badRequest('The body of an update must be a JSON object.');
  rejectOthers(body, ['accountEnabled', 'passwordProfile'], 'a user');
  const accountEnabled = readBoolean(body, 'accountEnabled');
  const passwordProfile = readPasswordProfile(body['passwordProfile']);
  if (accountEnabled === undefined && passwordProfile === undefined) throw badRequest('An update must name at least one property.');
  return {
    ...(accountEnabled === undefined ? {} : { accountEnabled }),
    ...(passwordProfile === undefined ? {} : { passwordProfile }),
  };
}
