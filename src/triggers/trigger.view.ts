import { Field, Int, ObjectType } from 'type-graphql';
import { describeEnum } from '../graphql/enums.js';
import { NodeView } from '../graphql/node.view.js';
import { PageInfoView, type ListView } from '../graphql/page.view.js';
import { DateTimeScalar, DurationScalar } from '../graphql/scalars.js';
import { PlaybookView } from '../playbooks/playbook.view.js';
import type { Playbook } from '../playbooks/playbook.entity.js';
import type { Condition } from './conditions.js';
import { MatcherEnum } from './event-type.view.js';
import type { Matcher } from './matchers.js';
import type { MissedSchedule, Trigger } from './trigger.entity.js';

export const MissedScheduleEnum = describeEnum<MissedSchedule>('MissedSchedule', 'What becomes of a time of a schedule that passed more than five minutes ago, because no worker was there.', {
  SKIP: 'It is skipped; the next one fires as usual.',
  MAKE_UP: 'It fires late, once: of several that passed, the latest.',
});

@ObjectType('Condition', { description: 'Something that must hold of an event.' })
export class ConditionView implements Condition {
  @Field({ description: 'The path of a field of the event type.' })
  field!: string;

  @Field(() => MatcherEnum, { description: 'How it is compared.' })
  matcher!: Matcher;

  @Field(() => [String], { description: 'What it is compared with, in the form that the matcher says.' })
  values!: readonly string[];
}

@ObjectType('Trigger', { implements: NodeView, description: 'An event type limited by conditions, linked to any number of playbooks.' })
export class TriggerView extends NodeView implements Pick<Trigger, 'name' | 'active' | 'expression' | 'schedule' | 'timeZone' | 'target' | 'revision'> {
  @Field({ description: 'A name for people.' })
  name!: string;

  @Field({ description: 'An inactive trigger does not fire.' })
  active!: boolean;

  @Field(() => [ConditionView], { description: 'All must hold.' })
  conditions!: Condition[];

  @Field(() => String, { nullable: true, description: 'A CEL expression over event (the payload), source and occurredAt, which must hold, too; null: none.' })
  expression!: string | null;

  @Field(() => String, { nullable: true, description: 'When it is due, for the event type "schedule": five cron fields, minute to day of the week.' })
  schedule!: string | null;

  @Field(() => String, { nullable: true, description: 'The IANA time zone of the schedule, and of hours that name none; null: UTC.' })
  timeZone!: string | null;

  @Field(() => MissedScheduleEnum, { description: 'What becomes of a time of the schedule that was missed.' })
  missedSchedule!: MissedSchedule;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When its schedule is due next; null: it has none, or is not active.' })
  nextDueAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'A CEL expression that gives the target\'s object id or user principal name, or a list of them; null: those that the event type tells.' })
  target!: string | null;

  @Field(() => DurationScalar, { name: 'cooldown', nullable: true, description: 'The same target does not fire it again within this time; null: it does.' })
  cooldownMs!: number | null;

  @Field(() => Int, { description: 'Every save makes the next one.' })
  revision!: number;

  @Field(() => DateTimeScalar, { description: 'When it was made.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When it was saved last.' })
  updatedAt!: Date;
}

@ObjectType('TriggerEdge', { description: 'A trigger in a list.' })
export class TriggerEdgeView {
  @Field({ description: 'Where it stands in the list.' })
  cursor!: string;

  @Field(() => TriggerView, { description: 'The trigger.' })
  node!: Trigger;
}

@ObjectType('TriggerConnection', { description: 'A page of a list of triggers, newest first.' })
export class TriggerListView implements ListView<Trigger> {
  @Field(() => [TriggerEdgeView], { description: 'The entries with their cursors.' })
  edges!: TriggerEdgeView[];

  @Field(() => [TriggerView], { description: 'The entries alone.' })
  nodes!: Trigger[];

  @Field(() => PageInfoView, { description: 'Where the page stands in the list.' })
  pageInfo!: PageInfoView;

  @Field(() => Int, { description: 'How many entries the whole list has.' })
  totalCount!: number | Promise<number>;
}

@ObjectType({ description: 'What createTrigger answers.' })
export class CreateTriggerPayload {
  @Field(() => TriggerView, { description: 'The trigger as it was saved.' })
  trigger!: Trigger;
}

@ObjectType({ description: 'What updateTrigger answers.' })
export class UpdateTriggerPayload {
  @Field(() => TriggerView, { description: 'The trigger as it is now.' })
  trigger!: Trigger;
}

@ObjectType({ description: 'What deleteTrigger answers.' })
export class DeleteTriggerPayload {
  @Field(() => TriggerView, { description: 'The trigger as it was.' })
  trigger!: Trigger;
}

@ObjectType({ description: 'What linkTrigger answers.' })
export class LinkTriggerPayload {
  @Field(() => TriggerView, { description: 'The trigger.' })
  trigger!: Trigger;

  @Field(() => PlaybookView, { description: 'The playbook that it starts from now on.' })
  playbook!: Playbook;
}

@ObjectType({ description: 'What unlinkTrigger answers.' })
export class UnlinkTriggerPayload {
  @Field(() => TriggerView, { description: 'The trigger.' })
  trigger!: Trigger;

  @Field(() => PlaybookView, { description: 'The playbook that it starts no more.' })
  playbook!: Playbook;
}
