import { ArgsType, Field, ID, Int, ObjectType } from 'type-graphql';
import { NodeView } from '../graphql/node.view.js';
import { PageArgs, PageInfoView, type ListView } from '../graphql/page.view.js';
import { DateTimeScalar, JSONObjectScalar } from '../graphql/scalars.js';
import type { JsonObject } from '../kernel/json.js';
import type { AuditEntry } from './audit-entry.entity.js';
import type { AuditVerification } from './verify-audit-log.js';

@ObjectType('AuditEntry', { implements: NodeView, description: 'One line of the audit log: who did what to whom, and when. It is never changed or deleted, and chained to the line before.' })
export class AuditEntryView extends NodeView implements Pick<AuditEntry, 'sequence' | 'at' | 'action' | 'subject' | 'details' | 'hash' | 'previousHash'> {
  @Field(() => Int, { description: 'Its number: 1, 2, 3 … in the order of the commits, no gap.' })
  sequence!: number;

  @Field(() => DateTimeScalar, { description: 'When it was done.' })
  at!: Date;

  @Field({ description: 'What was done: the name of the mutation, or a word of docs/audit.md.' })
  action!: string;

  @Field(() => ID, { nullable: true, description: 'The id of what it was done to; null: of nothing that has one.' })
  subject!: string | null;

  @Field(() => JSONObjectScalar, { description: 'What else there is to tell of it; never a secret.' })
  details!: JsonObject;

  @Field({ description: 'SHA-256 in hex of "sequence:previousHash:contentHash". The contentHash is that of the canonical JSON (keys sorted, no blanks) of id, at, actor, action, subject and details, as `countermeasure audit export` prints them.' })
  hash!: string;

  @Field({ description: 'The hash of the line before; 64 zeros for the first.' })
  previousHash!: string;
}

@ObjectType('AuditEntryEdge', { description: 'An audit entry in a list.' })
export class AuditEntryEdgeView {
  @Field({ description: 'Where it stands in the list.' })
  cursor!: string;

  @Field(() => AuditEntryView, { description: 'The entry.' })
  node!: AuditEntry;
}

@ObjectType('AuditEntryConnection', { description: 'A page of the audit log, newest first.' })
export class AuditEntryListView implements ListView<AuditEntry> {
  @Field(() => [AuditEntryEdgeView], { description: 'The entries with their cursors.' })
  edges!: AuditEntryEdgeView[];

  @Field(() => [AuditEntryView], { description: 'The entries alone.' })
  nodes!: AuditEntry[];

  @Field(() => PageInfoView, { description: 'Where the page stands in the list.' })
  pageInfo!: PageInfoView;

  @Field(() => Int, { description: 'How many entries the whole list has.' })
  totalCount!: number | Promise<number>;
}

@ObjectType('AuditVerification', { description: 'Whether the audit log is as it was written.' })
export class AuditVerificationView implements Omit<AuditVerification, 'head'> {
  @Field({ description: 'Every entry is there, unchanged, and chained to the one before.' })
  ok!: boolean;

  @Field(() => Int, { description: 'How many entries there are.' })
  entries!: number;

  @Field(() => Int, { nullable: true, description: 'The number of the first entry that is missing, changed or not chained; null: none.' })
  firstBroken!: number | null;
}

@ArgsType()
export class AuditLogArgs extends PageArgs {
  @Field(() => ID, { nullable: true, description: 'Only what was done to the thing of this id.' })
  subject?: string;
}
