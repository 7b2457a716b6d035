import type { Answer, Call } from '../call.js';
import type { RouteKind } from '../journal.js';
import type { Tenant } from '../tenant.js';
import type { SpecialLimit } from '../throttle.js';
import type { Caller } from './authenticate.js';
import { GRAPH_JSON, graphHeaders } from './graph-failure.js';
import type { Needs } from './permission-check.js';

export interface GraphRequest {
  readonly call: Call;
  readonly caller: Caller;
  readonly tenant: Tenant;
  /** The values in the path, decoded. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** A request whose form is right: what it takes, and what it does once that is granted. */
export interface Accepted {
  /** All of them must be met. */
  readonly needs: readonly Needs[];
  /** What is said when they are not, where that differs from the usual. */
  readonly denial?: string;
  readonly carryOut: () => Answer | Promise<Answer>;
}

export interface GraphRoute {
  readonly method: string;
  /** Below /v1.0, with `{name}` for a value. */
  readonly path: string;
  readonly kind: RouteKind;
  /** What a call costs before `$select` and a small `$top` make it cheaper. */
  readonly resourceUnits: number;
  /** The limit that the service behind the route has beside Graph's own. */
  readonly specialLimit?: SpecialLimit;
  /** Reads path, query and body; throws GraphFailure when their form is wrong. */
  readonly accept: (request: GraphRequest) => Accepted;
}

export interface MatchedRoute {
  readonly route: GraphRoute;
  readonly parameters: Readonly<Record<string, string>>;
}

/** `users('x')` says the same as `users/x`. */
function splitKeyCall(segment: string): string[] {
  const call = /^(\w+)\('(.*)'\)$/s.exec(segment);
  return call === null ? [segment] : [call[1] ?? '', (call[2] ?? '').replaceAll("''", "'")];
}

/** The decoded parts of a path below /v1.0; undefined when it is not properly encoded. */
export function pathSegments(pathname: string): string[] | undefined {
  try {
    const encoded = pathname.slice('/v1.0'.length).split('/').filter((segment) => segment !== '');
    return encoded.map((segment) => decodeURIComponent(segment)).flatMap(splitKeyCall);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function segmentPattern(template: string): RegExp {
  const escaped = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
  return new RegExp(`^${escaped.replace(/\{(\w+)\}/, '(?<$1>.+)')}$`, 'is');
}

/** Prepares a table of routes for looking up. */
export function makeRouteFinder(routes: readonly GraphRoute[]): (method: string, segments: readonly string[]) => MatchedRoute | undefined {
  const prepared = routes.map((route) => ({
    route,
    patterns: route.path.split('/').filter((segment) => segment !== '').map(segmentPattern),
  }));
  return (method, segments) => {
    for (const { route, patterns } of prepared) {
      if (route.method !== method || patterns.length !== segments.length) continue;
      const matches = patterns.map((pattern, index) => pattern.exec(segments[index] ?? ''));
      if (matches.includes(null)) continue;
      const parameters = Object.assign({}, ...matches.map((match) => match?.groups)) as Record<string, string>;
      return { route, parameters };
    }
    return undefined;
  };
}

export function graphAnswer(call: Call, body: unknown): Answer {
  const headers = { ...graphHeaders(call), 'content-type': GRAPH_JSON, 'odata-version': '4.0' };
  return { status: 200, headers, body: JSON.stringify(body) };
}

export function noContent(call: Call): Answer {
  return { status: 204, headers: graphHeaders(call), body: '' };
}

/** `@odata.context` of what an answer holds. */
export function contextUrl(call: Call, what: string): string {
  return `${call.origin}/v1.0/$metadata#${what}`;
}
