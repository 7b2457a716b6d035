import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTime, GraphQLJSONObject } from 'graphql-scalars';
import { formatDuration, parseDurationMs } from '../kernel/durations.js';

export const DateTimeScalar = new GraphQLScalarType({
  ...GraphQLDateTime.toConfig(),
  description: 'A moment as RFC 3339 in UTC, to the millisecond: 2026-03-01T03:12:45.120Z.',
  specifiedByURL: 'https://www.rfc-editor.org/rfc/rfc3339',
});

export const JSONObjectScalar = new GraphQLScalarType({
  ...GraphQLJSONObject.toConfig(),
  description: 'A JSON object of any content.',
});

/** ISO 8601 outside, milliseconds inside. */
export const DurationScalar = new GraphQLScalarType<number, string>({
  name: 'Duration',
  description: 'A length of time as ISO 8601, in weeks, days, hours, minutes and seconds: PT15M, P1D. Months and years have no fixed length and are refused.',
  serialize: (value) => formatDuration(value as number),
  parseValue: (value) => readDuration(value),
  parseLiteral: (node) => readDuration(node.kind === Kind.STRING ? node.value : undefined),
});

function readDuration(value: unknown): number {
  const milliseconds = typeof value === 'string' ? parseDurationMs(value) : undefined;
  if (milliseconds === undefined) throw new GraphQLError('A Duration is ISO 8601 text of weeks, days, hours, minutes and seconds, for example "PT15M".');
  return milliseconds;
}
