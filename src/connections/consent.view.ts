import { Field, Int, ObjectType } from 'type-graphql';
import { describeEnum } from '../graphql/enums.js';
import { DateTimeScalar } from '../graphql/scalars.js';
import { PermissionView } from '../registry/catalogue.view.js';
import type { Consent, ConnectionHealth, ConsentStatus, PrivilegedRole } from './consent.machine.js';

export const ConsentStatusEnum = describeEnum<ConsentStatus>('ConsentStatus', 'Whether an administrator of the tenant has granted what the steps need, as the last check found.', {
  REQUIRED: 'Nobody has granted anything yet.',
  PENDING: 'An administrator has accepted, and the provider takes some minutes until it works.',
  GRANTED: 'Everything that the steps need was granted.',
  INSUFFICIENT: 'Something was granted, but not everything that the steps need.',
  REVOKED: 'What was granted has been taken away.',
});

@ObjectType('PrivilegedRole', { description: 'A role, beside the permissions, without which privileged targets are out of reach.' })
export class PrivilegedRoleView implements PrivilegedRole {
  @Field({ description: 'The provider\'s own name of it, for example Privileged Authentication Administrator.' })
  name!: string;

  @Field(() => Boolean, { nullable: true, description: 'Whether the app holds it; null when that could not be read.' })
  held!: boolean | null;

  @Field(() => String, { nullable: true, description: 'Why it could not be read; null when it could, or was not tried yet.' })
  reason!: string | null;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last looked at; null: not yet.' })
  checkedAt!: Date | null;

  @Field({ description: 'How an administrator assigns it.' })
  instructions!: string;
}

@ObjectType('Consent', { description: 'What the steps need of a tenant, and what its administrators have granted.' })
export class ConsentView implements Pick<Consent, 'status' | 'granted' | 'confirmed' | 'confirmedAt' | 'privilegedRole'> {
  @Field(() => ConsentStatusEnum, { description: 'How far it has come.' })
  status!: ConsentStatus;

  @Field(() => [PermissionView], { description: 'The union over every step that uses the connection.' })
  required!: PermissionView[];

  @Field(() => [String], { description: 'What is granted, as the last check found, by the provider\'s own names.' })
  granted!: string[];

  @Field(() => [PermissionView], { description: 'What is required and not granted.' })
  missing!: PermissionView[];

  @Field({ description: 'The box "API access granted": somebody has confirmed it, and it is still true.' })
  confirmed!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last confirmed; null: never.' })
  confirmedAt!: Date | null;

  @Field(() => PrivilegedRoleView, { nullable: true, description: 'The role for privileged targets; null when the provider has none.' })
  privilegedRole!: PrivilegedRole | null;
}

@ObjectType('ConnectionHealth', { description: 'Whether a connection works, as its last check found. It is checked every ten minutes, after consent, when a run is refused, and by checkConnection.' })
export class ConnectionHealthView implements ConnectionHealth {
  @Field({ description: 'true when the tenant gave a token and nothing that the steps need is missing.' })
  ok!: boolean;

  @Field(() => DateTimeScalar, { nullable: true, description: 'When it was last checked; null: not yet.' })
  checkedAt!: Date | null;

  @Field(() => String, { nullable: true, description: 'Its code, what is wrong and how to mend it; null when nothing is.' })
  problem!: string | null;

  @Field(() => String, { nullable: true, description: 'The problem\'s code, for example TENANT_NOT_FOUND, CREDENTIAL_EXPIRED or PERMISSION_MISSING; null when nothing is wrong. docs/errors.md lists them.' })
  problemCode!: string | null;

  @Field(() => Int, { nullable: true, description: 'How long the last check took, in milliseconds.' })
  latencyMs!: number | null;

  @Field(() => [String], { description: 'What works now and will not for long, with what to do: a credential that is about to expire.' })
  warnings!: string[];
}
