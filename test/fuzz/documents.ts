import { readFileSync } from 'node:fs';
import path from 'node:path';
import fc, { type Arbitrary } from 'fast-check';
import { buildSchema, getNamedType, isAbstractType, isCompositeType, isNonNullType, type GraphQLCompositeType, type GraphQLField, type GraphQLInputType, type GraphQLObjectType } from 'graphql';
import { valueFor, type Manner } from './values.ts';

/** The schema as it is kept; test/schema.test.ts holds it against the running one. */
const schema = buildSchema(readFileSync(path.join(import.meta.dirname, '../../schema/schema.graphql'), 'utf8'));

const DEEPEST = 3;
const MOST_FIELDS = 5;

/** How often in a hundred an argument is missing that is required. */
const LEFT_OUT = { TAME: 0, WILD: 1 } as const;

/** All that can be asked, changed and followed. */
export const ROOT_FIELDS: readonly string[] = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap((root) => Object.keys(root?.getFields() ?? {}));

export interface Argument {
  readonly name: string;
  readonly type: GraphQLInputType;
  readonly value: unknown;
  readonly isVariable: boolean;
}

/** A field that is asked for, or with `on` the selections for one type of a union or interface. */
export interface Selection {
  readonly name: string;
  readonly on?: string;
  readonly alias?: string | undefined;
  readonly directive?: 'include' | 'skip' | undefined;
  readonly args: readonly Argument[];
  readonly inFragment?: boolean;
  readonly below: readonly Selection[];
}

export interface Operation {
  readonly kind: 'query' | 'mutation' | 'subscription';
  readonly root: string;
  readonly selections: readonly Selection[];
}

/** An operation of the real schema: one or two fields of its root, each with arguments and with some of what lies below. */
export function operationOf(kind: Operation['kind']): Arbitrary<Operation> {
  return fc.oneof({ weight: 3, arbitrary: operationIn(kind, 'TAME') }, { weight: 2, arbitrary: operationIn(kind, 'WILD') });
}

function operationIn(kind: Operation['kind'], manner: Manner): Arbitrary<Operation> {
  const root = { query: schema.getQueryType(), mutation: schema.getMutationType(), subscription: schema.getSubscriptionType() }[kind];
  if (!root) throw new Error(`The schema has no ${kind}.`);
  const fields = Object.values(root.getFields());
  const one = fc.constantFrom(...fields).chain((field) => selectionOf(field, root, 0, manner));
  const several = fc.array(one, { minLength: 1, maxLength: 2 });
  return fc.oneof({ weight: 5, arbitrary: one.map((selection) => [selection]) }, { weight: 1, arbitrary: several }).map((selections) => ({ kind, root: root.name, selections }));
}

function selectionOf(field: GraphQLField<unknown, unknown>, parent: GraphQLObjectType, depth: number, manner: Manner): Arbitrary<Selection> {
  const below = getNamedType(field.type);
  return fc.record({
    name: fc.constant(field.name),
    alias: seldom(20, fc.constantFrom('a', 'b', 'id', '__proto__', 'constructor')),
    directive: seldom(30, fc.constantFrom('include', 'skip')),
    args: argumentsOf(field, parent, manner),
    inFragment: fc.nat(9).map((chance) => chance === 9),
    below: isCompositeType(below) ? selectionsOn(below, depth + 1, manner) : fc.constant([]),
  });
}

/** One time of so many; else undefined. */
function seldom<T>(times: number, arbitrary: Arbitrary<T>): Arbitrary<T | undefined> {
  return fc.oneof({ weight: times - 1, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
}

/** What is required, nearly always; what is not, now and then. */
function argumentsOf({ name: field, args }: GraphQLField<unknown, unknown>, parent: GraphQLObjectType, manner: Manner): Arbitrary<Argument[]> {
  const owner = parent.name === 'Query' || parent.name === 'Subscription' || parent.name === 'Mutation' ? field : parent.name;
  const each = args.map(({ name, type }) => {
    const given = fc.record({ name: fc.constant(name), type: fc.constant(type), value: valueFor(type, { name, owner }, manner), isVariable: fc.boolean() });
    return fc.oneof({ weight: isNonNullType(type) ? LEFT_OUT[manner] : 2, arbitrary: fc.constant(undefined) }, { weight: isNonNullType(type) ? 100 : 1, arbitrary: given });
  });
  return fc.tuple(...each).map((given) => given.filter((argument) => argument !== undefined));
}

function selectionsOn(type: GraphQLCompositeType, depth: number, manner: Manner): Arbitrary<Selection[]> {
  if (isAbstractType(type)) return fc.shuffledSubarray([...schema.getPossibleTypes(type)], { minLength: 1, maxLength: 3 }).chain((members) => fc.tuple(...members.map((member) => onType(member, depth, manner))));
  const fields = Object.values(type.getFields()).filter((field) => depth < DEEPEST || !isCompositeType(getNamedType(field.type)));
  if (fields.length === 0) return fc.constant([{ name: '__typename', args: [], below: [] }]);
  return fc.shuffledSubarray(fields, { minLength: 1, maxLength: Math.min(MOST_FIELDS, fields.length) }).chain((some) => fc.tuple(...some.map((field) => selectionOf(field, type, depth, manner))));
}

function onType(member: GraphQLObjectType, depth: number, manner: Manner): Arbitrary<Selection> {
  return selectionsOn(member, depth, manner).map((below) => ({ name: '', on: member.name, args: [], below }));
}
