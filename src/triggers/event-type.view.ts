import type { EventFieldType } from '@countermeasure/sdk';
import { Field, ObjectType } from 'type-graphql';
import { describeEnum } from '../graphql/enums.js';
import { NodeView } from '../graphql/node.view.js';
import { MATCHER_DESCRIPTIONS, type Matcher } from './matchers.js';

export const EventFieldTypeEnum = describeEnum<EventFieldType>('EventFieldType', 'What a field of an event holds.', {
  STRING: 'Text.',
  NUMBER: 'A number.',
  BOOLEAN: 'true or false.',
  DATETIME: 'A moment as RFC 3339.',
  ENUM: 'One of the known values.',
  STRING_LIST: 'Texts, any number of them.',
  ENUM_LIST: 'Some of the known values.',
});

export const MatcherEnum = describeEnum<Matcher>('Matcher', 'How a condition compares a field with its values. Text is compared without regard to case.', MATCHER_DESCRIPTIONS);

@ObjectType('EventField', { description: 'Something in an event that conditions can look at.' })
export class EventFieldView {
  @Field({ description: 'Where it stands in the payload: names with dots between; a name that holds a list leads into each of its entries.' })
  path!: string;

  @Field({ description: 'Its name, for people.' })
  title!: string;

  @Field(() => EventFieldTypeEnum, { description: 'What it holds.' })
  type!: EventFieldType;

  @Field(() => [String], { nullable: true, description: 'All values, for ENUM and ENUM_LIST; the usual ones, for the others; null: any.' })
  values!: readonly string[] | null;

  @Field(() => [MatcherEnum], { description: 'The matchers that fit it.' })
  matchers!: readonly Matcher[];
}

@ObjectType('EventType', { implements: NodeView, description: 'A kind of thing that can happen outside and fire triggers.' })
export class EventTypeView extends NodeView {}
