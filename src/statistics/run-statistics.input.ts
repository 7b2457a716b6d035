import { ArgsType, Field, Int } from 'type-graphql';

@ArgsType()
export class RunStatisticsArgs {
  @Field(() => Int, { defaultValue: 14, description: 'How many days, today among them: 1 to 366.' })
  days!: number;

  @Field(() => String, { defaultValue: 'UTC', description: 'The IANA time zone whose days they are, for example Europe/Berlin.' })
  timeZone!: string;
}
