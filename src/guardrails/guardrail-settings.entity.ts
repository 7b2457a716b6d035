import { Check, Column, Entity, PrimaryColumn } from 'typeorm';
import type { ActorReference } from '../auth/actor.js';
import type { ApprovalPolicy } from '../playbooks/approval-policy.js';

/** The one row that holds the pause switch and the blast radius. */
@Entity()
@Check('guardrail_settings_one_row', 'id = 1')
export class GuardrailSettings {
  @PrimaryColumn('int')
  id!: number;

  /** null: nothing is paused. */
  @Column({ type: 'timestamptz', precision: 3, nullable: true })
  pausedAt!: Date | null;

  @Column('jsonb', { nullable: true })
  pausedBy!: ActorReference | null;

  @Column('text', { nullable: true })
  pausedReason!: string | null;

  /** How many targets may be changed within an hour before people are asked; null: as many as there are. */
  @Column('int', { nullable: true })
  maxTargetsPerHour!: number | null;

  /** Who is asked past that, and how long there is time. */
  @Column('jsonb')
  blastRadiusPolicy!: ApprovalPolicy;
}
