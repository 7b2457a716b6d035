import fc, { type Arbitrary } from 'fast-check';
import { isEnumType, isInputObjectType, isListType, isNonNullType, type GraphQLInputField, type GraphQLInputType, type GraphQLNamedInputType } from 'graphql';
import { cursor, idFor } from './ids.ts';
import { credential, jsonObject } from './json.ts';
import { duration, misfit, moment, textFor, wholeNumber } from './texts.ts';

/** Where a value stands: the name of the argument or field, and of the input or field that it belongs to. */
interface Place {
  readonly name: string;
  readonly owner: string;
}

/** What is odd in one operation of so many: a tame one gets far, a wild one meets every check. */
export type Manner = 'TAME' | 'WILD';

/** How often a value of each manner is one that does not fit its type, or null where that is allowed. */
const ODDS = { TAME: { misfit: 0, nothing: 1, fitting: 60 }, WILD: { misfit: 1, nothing: 4, fitting: 45 } } as const;

/** A value for an argument of that type. */
export function valueFor(type: GraphQLInputType, place: Place, manner: Manner): Arbitrary<unknown> {
  const odds = ODDS[manner];
  const fits = { weight: odds.fitting, arbitrary: fitting(type, place, manner) };
  const misfits = { weight: odds.misfit, arbitrary: misfit };
  return isNonNullType(type) ? fc.oneof(fits, misfits) : fc.oneof(fits, { weight: odds.nothing, arbitrary: fc.constant(null) }, misfits);
}

function fitting(type: GraphQLInputType, place: Place, manner: Manner): Arbitrary<unknown> {
  if (isNonNullType(type)) return fitting(type.ofType, place, manner);
  if (isListType(type)) return listOf(valueFor(type.ofType, place, manner), manner);
  return named(type, place, manner);
}

/** Short as a rule; now and then as long as nobody meant it. */
function listOf(item: Arbitrary<unknown>, manner: Manner): Arbitrary<unknown> {
  const short = fc.array(item, { minLength: manner === 'TAME' ? 1 : 0, maxLength: 3 });
  if (manner === 'TAME') return short;
  return fc.oneof({ weight: 20, arbitrary: short }, { weight: 1, arbitrary: fc.tuple(item, fc.constantFrom(51, 1_001)).map(([one, count]) => Array.from({ length: count }, () => one)) });
}

function named(type: GraphQLNamedInputType, place: Place, manner: Manner): Arbitrary<unknown> {
  if (isEnumType(type)) return fc.constantFrom(...type.getValues().map(({ name }) => name));
  if (isInputObjectType(type)) return objectOf(type.name, Object.values(type.getFields()), manner);
  const scalar = SCALARS[type.name];
  if (!scalar) throw new Error(`Say in test/fuzz/values.ts what a ${type.name} looks like.`);
  return scalar(place, manner);
}

const SCALARS: Readonly<Record<string, (place: Place, manner: Manner) => Arbitrary<unknown>>> = {
  Int: (_place, manner) => wholeNumber[manner],
  Boolean: () => fc.boolean(),
  ID: ({ name, owner }, manner) => idFor(name, owner, manner),
  DateTime: (_place, manner) => moment[manner],
  Duration: (_place, manner) => duration[manner],
  JSONObject: ({ name }, manner) => (name === 'credential' ? credential[manner] : jsonObject(name, manner)),
  String: (place, manner) => (isCursor(place) ? cursor : textFor(place.name, manner)),
};

/** A list's arguments; the `after` of a step's input names other steps. */
function isCursor({ name, owner }: Place): boolean {
  return name === 'before' || (name === 'after' && !owner.endsWith('Input'));
}

function objectOf(owner: string, fields: readonly GraphQLInputField[], manner: Manner): Arbitrary<unknown> {
  // A step without a connection could be saved, but never run.
  const required = fields.filter(({ name, type }) => isNonNullType(type) || (manner === 'TAME' && name === 'connectionId' && owner.includes('Step'))).map(({ name }) => name);
  const model = Object.fromEntries(fields.map(({ name, type }) => [name, valueFor(type, { name, owner }, manner)]));
  if (manner === 'WILD') return fc.record(model, { requiredKeys: required });
  // Of what may be left out, a little at a time, so that it fits together.
  const optional = fields.map(({ name }) => name).filter((name) => !required.includes(name));
  return fc.shuffledSubarray(optional, { maxLength: Math.min(3, optional.length) }).chain((some) => fc.record(Object.fromEntries([...required, ...some].map((name) => [name, model[name] ?? fc.constant(null)]))));
}
