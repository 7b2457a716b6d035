import { ArgsType, Field, ID, InputType, Int } from 'type-graphql';
import { PageArgs } from '../graphql/page.view.js';
import { DurationScalar } from '../graphql/scalars.js';
import type { Condition } from './conditions.js';
import type { TriggerDraft } from './draft-trigger.js';
import { MatcherEnum } from './event-type.view.js';
import type { Matcher } from './matchers.js';
import type { MissedSchedule } from './trigger.entity.js';
import { MissedScheduleEnum } from './trigger.view.js';

@InputType({ description: 'Something that must hold of an event.' })
export class ConditionInput implements Condition {
  @Field({ description: 'The path of a field of the event type.' })
  field!: string;

  @Field(() => MatcherEnum, { description: 'How it is compared; EventField.matchers tells which ones fit.' })
  matcher!: Matcher;

  @Field(() => [String], { defaultValue: [], description: 'What it is compared with, in the form that the matcher says; none for EXISTS and DOES_NOT_EXIST.' })
  values!: string[];
}

/** What can be set on a trigger, whether it is new or not. */
@InputType()
abstract class TriggerSettingsInput {
  @Field({ nullable: true, description: 'An inactive trigger does not fire. true by default.' })
  active?: boolean;

  @Field(() => [ConditionInput], { nullable: true, description: 'All must hold; at most 50. None by default: every event of the type fires it.' })
  conditions?: ConditionInput[];

  @Field(() => String, { nullable: true, description: 'A CEL expression over event (the payload), source and occurredAt, which must hold, too, for example event.riskLevel == "high". null: none, the default.' })
  expression?: string | null;

  @Field(() => String, { nullable: true, description: 'When it is due, for the event type "schedule" alone: five cron fields, for example "0 3 * * MON-FRI".' })
  schedule?: string | null;

  @Field(() => String, { nullable: true, description: 'The IANA time zone of the schedule, and of hours that name none, for example Europe/Berlin. null: UTC, the default.' })
  timeZone?: string | null;

  @Field(() => MissedScheduleEnum, { nullable: true, description: 'What becomes of a time of the schedule that was missed. SKIP by default.' })
  missedSchedule?: MissedSchedule;

  @Field(() => String, { nullable: true, description: 'A CEL expression that gives the target\'s object id or user principal name, or a list of them, for example event.userPrincipalName. null: those that the event type tells, the default.' })
  target?: string | null;

  @Field(() => DurationScalar, { nullable: true, description: 'The same target does not fire it again within this time: PT1S to P24D. null: it does, the default.' })
  cooldown?: number | null;
}

@InputType({ description: 'A trigger to make.' })
export class CreateTriggerInput extends TriggerSettingsInput {
  @Field({ description: 'A name for people, 1 to 200 characters.' })
  name!: string;

  @Field(() => ID, { description: 'What it waits for, for example entra-id:risk-detection. It stays for ever.' })
  eventType!: string;

  @Field(() => [ID], { nullable: true, description: 'The playbooks that it starts, at most 50; they can be linked later, too.' })
  playbookIds?: string[];
}

@InputType({ description: 'A change of a trigger. What is left out stays as it is.' })
export class UpdateTriggerInput extends TriggerSettingsInput {
  @Field(() => ID, { description: 'The trigger.' })
  id!: string;

  @Field(() => Int, { description: 'The revision that the change was made on; CONFLICT when somebody saved a newer one since.' })
  revision!: number;

  @Field({ nullable: true, description: 'A name for people, 1 to 200 characters.' })
  name?: string;
}

@InputType({ description: 'A trigger to delete.' })
export class DeleteTriggerInput {
  @Field(() => ID, { description: 'The trigger.' })
  id!: string;
}

@InputType({ description: 'A trigger and a playbook.' })
export class LinkTriggerInput {
  @Field(() => ID, { description: 'The trigger.' })
  triggerId!: string;

  @Field(() => ID, { description: 'The playbook.' })
  playbookId!: string;
}

@ArgsType()
export class TriggersArgs extends PageArgs {
  @Field(() => Boolean, { nullable: true, description: 'Only the active ones, or only the others.' })
  active?: boolean;

  @Field(() => ID, { nullable: true, description: 'Only those that wait for this event type.' })
  eventType?: string;
}

/** Durations are named for what they are outside, and for their unit inside. */
export function toTriggerDraft<Input extends TriggerSettingsInput>({ cooldown, ...rest }: Input): Omit<Input, 'cooldown'> & Pick<TriggerDraft, 'cooldownMs'> {
  return { ...rest, cooldownMs: cooldown };
}
