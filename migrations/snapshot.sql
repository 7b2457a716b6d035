create table api_key (
  id text not null,
  name text not null,
  prefix text not null,
  secret_hash bytea not null,
  roles text[] not null,
  created_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone,
  last_used_at timestamp(3) with time zone,
  revoked_at timestamp(3) with time zone,
  email text,
  playbook_ids text[],
  connection_ids text[],
  constraint api_key_pkey PRIMARY KEY (id),
  constraint api_key_prefix_key UNIQUE (prefix)
);

create table app_user (
  id text not null,
  issuer text not null,
  subject text not null,
  name text not null,
  email text,
  created_at timestamp(3) with time zone not null,
  last_seen_at timestamp(3) with time zone not null,
  constraint app_user_issuer_subject_key UNIQUE (issuer, subject),
  constraint app_user_pkey PRIMARY KEY (id)
);

create table approval (
  id text not null,
  run_id text not null,
  run_step_id text not null,
  status text not null,
  policy jsonb not null,
  requested_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  decided_at timestamp(3) with time zone,
  plan text[] not null,
  target jsonb,
  constraint approval_pkey PRIMARY KEY (id),
  constraint approval_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id),
  constraint approval_run_step_id_fkey FOREIGN KEY (run_step_id) REFERENCES run_step(id),
  constraint approval_run_step_id_key UNIQUE (run_step_id)
);

create table approval_decision (
  approval_id text not null,
  person text not null,
  decision text not null,
  decided_by jsonb not null,
  comment text,
  at timestamp(3) with time zone not null,
  constraint approval_decision_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approval(id),
  constraint approval_decision_pkey PRIMARY KEY (approval_id, person)
);

create table approval_link (
  token_hash bytea not null,
  approval_id text not null,
  contact_index integer not null,
  created_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone,
  constraint approval_link_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approval(id),
  constraint approval_link_pkey PRIMARY KEY (token_hash)
);

create table approval_notification (
  approval_id text not null,
  contact_index integer not null,
  kind text not null,
  status text not null,
  attempts integer not null,
  created_at timestamp(3) with time zone not null,
  sent_at timestamp(3) with time zone,
  error text,
  constraint approval_notification_approval_id_fkey FOREIGN KEY (approval_id) REFERENCES approval(id),
  constraint approval_notification_pkey PRIMARY KEY (approval_id, contact_index, kind)
);

create table attempt (
  run_step_id text not null,
  number integer not null,
  worker_id text not null,
  started_at timestamp(3) with time zone not null,
  finished_at timestamp(3) with time zone,
  error jsonb,
  provider_request_id text,
  constraint attempt_pkey PRIMARY KEY (run_step_id, number),
  constraint attempt_run_step_id_fkey FOREIGN KEY (run_step_id) REFERENCES run_step(id)
);

create table audit_entry (
  sequence integer not null,
  id text not null,
  at timestamp(3) with time zone not null,
  actor jsonb,
  action text not null,
  subject text,
  details jsonb not null,
  previous_hash text not null,
  hash text not null,
  constraint audit_entry_id_key UNIQUE (id),
  constraint audit_entry_pkey PRIMARY KEY (sequence)
);

create table audit_head (
  id integer not null,
  sequence integer not null,
  hash text not null,
  constraint audit_head_is_one CHECK ((id = 1)),
  constraint audit_head_pkey PRIMARY KEY (id)
);

create table audit_told (
  id text not null,
  entry jsonb not null,
  constraint audit_told_is_chained TRIGGER DEFERRABLE INITIALLY DEFERRED,
  constraint audit_told_pkey PRIMARY KEY (id)
);

create table changed_target (
  connection_id text not null,
  kind text not null,
  target_id text not null,
  changed_at timestamp(3) with time zone not null,
  constraint changed_target_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint changed_target_pkey PRIMARY KEY (connection_id, kind, target_id)
);

create table connection (
  id text not null,
  name text not null,
  provider_id text not null,
  settings jsonb not null,
  revision integer not null,
  created_by jsonb not null,
  created_at timestamp(3) with time zone not null,
  consent_accepted_at timestamp(3) with time zone,
  consent_confirmed_by jsonb,
  consent_confirmed_at timestamp(3) with time zone,
  deleted_at timestamp(3) with time zone,
  constraint connection_pkey PRIMARY KEY (id)
);

create table connection_check (
  connection_id text not null,
  checked_at timestamp(3) with time zone not null,
  latency_ms integer not null,
  problem jsonb,
  granted text[],
  arriving text[] not null,
  was_granted boolean not null,
  tenant_id text,
  privileged_role_held boolean,
  privileged_role_reason text,
  privileged_role_checked_at timestamp(3) with time zone,
  warnings text[] not null,
  constraint connection_check_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint connection_check_pkey PRIMARY KEY (connection_id)
);

create table connection_credential (
  connection_id text not null,
  sealed text not null,
  key_id text not null,
  saved_at timestamp(3) with time zone not null,
  constraint connection_credential_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint connection_credential_pkey PRIMARY KEY (connection_id)
);

create table connection_pace (
  connection_id text not null,
  throttled_until timestamp(3) with time zone,
  failures integer not null,
  failing_since timestamp(3) with time zone,
  opened_at timestamp(3) with time zone,
  open_until timestamp(3) with time zone,
  problem jsonb,
  constraint connection_pace_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint connection_pace_pkey PRIMARY KEY (connection_id)
);

create table connection_turn (
  connection_id text not null,
  number integer not null,
  run_step_id text,
  leased_until timestamp(3) with time zone not null,
  paid_until timestamp(3) with time zone not null,
  constraint connection_turn_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint connection_turn_pkey PRIMARY KEY (connection_id, number)
);

create table consent_request (
  state_hash bytea not null,
  connection_id text not null,
  asked_by jsonb not null,
  asked_at timestamp(3) with time zone not null,
  expires_at timestamp(3) with time zone not null,
  used_at timestamp(3) with time zone,
  constraint consent_request_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint consent_request_pkey PRIMARY KEY (state_hash)
);

create table event (
  id text not null,
  event_type text not null,
  source text not null,
  occurred_at timestamp(3) with time zone not null,
  received_at timestamp(3) with time zone not null,
  payload jsonb not null,
  dedupe_key text,
  trace_parent text,
  constraint event_once UNIQUE (event_type, dedupe_key),
  constraint event_pkey PRIMARY KEY (id)
);

create table event_feed (
  id text not null,
  connection_id text not null,
  event_type text not null,
  active boolean not null,
  created_at timestamp(3) with time zone not null,
  read_until timestamp(3) with time zone not null,
  look_began_at timestamp(3) with time zone,
  next_page text,
  next_look_at timestamp(3) with time zone not null,
  last_look_at timestamp(3) with time zone,
  problem jsonb,
  failures integer not null,
  subscription_id text,
  subscription_secret_hash bytea,
  subscription_expires_at timestamp(3) with time zone,
  constraint event_feed_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint event_feed_once UNIQUE (connection_id, event_type),
  constraint event_feed_pkey PRIMARY KEY (id)
);

create table event_source (
  id text not null,
  name text not null,
  event_type text not null,
  active boolean not null,
  sealed_secret text not null,
  sealed_previous_secret text,
  previous_secret_until timestamp(3) with time zone,
  created_by jsonb not null,
  created_at timestamp(3) with time zone not null,
  last_received_at timestamp(3) with time zone,
  deleted_at timestamp(3) with time zone,
  constraint event_source_pkey PRIMARY KEY (id)
);

create table guardrail_settings (
  id integer not null,
  paused_at timestamp(3) with time zone,
  paused_by jsonb,
  paused_reason text,
  max_targets_per_hour integer,
  blast_radius_policy jsonb not null,
  constraint guardrail_settings_one_row CHECK ((id = 1)),
  constraint guardrail_settings_pkey PRIMARY KEY (id)
);

create table hook_delivery (
  source_id text not null,
  signature_hash bytea not null,
  received_at timestamp(3) with time zone not null,
  constraint hook_delivery_pkey PRIMARY KEY (source_id, signature_hash),
  constraint hook_delivery_source_id_fkey FOREIGN KEY (source_id) REFERENCES event_source(id)
);

create table hook_refusal (
  source text not null,
  code text not null,
  count integer not null,
  last_at timestamp(3) with time zone not null,
  constraint hook_refusal_pkey PRIMARY KEY (source, code)
);

create table idempotency_key (
  actor_id text not null,
  mutation text not null,
  key text not null,
  input_hash text not null,
  result_id text not null,
  created_at timestamp(3) with time zone not null,
  constraint idempotency_key_pkey PRIMARY KEY (actor_id, mutation, key)
);

create table playbook (
  id text not null,
  name text not null,
  description text not null,
  active boolean not null,
  revision integer not null,
  created_by jsonb not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  deleted_at timestamp(3) with time zone,
  requires_reason boolean not null default false,
  constraint playbook_pkey PRIMARY KEY (id)
);

create table playbook_revision (
  playbook_id text not null,
  revision integer not null,
  content jsonb not null,
  saved_by jsonb not null,
  saved_at timestamp(3) with time zone not null,
  constraint playbook_revision_pkey PRIMARY KEY (playbook_id, revision),
  constraint playbook_revision_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES playbook(id) ON DELETE CASCADE
);

create table playbook_step (
  id text not null,
  playbook_id text not null,
  "position" integer not null,
  key text not null,
  action_id text not null,
  connection_id text,
  active boolean not null,
  input jsonb not null,
  after text[],
  run_if text,
  on_failure text not null,
  timeout_ms integer not null,
  retry jsonb not null,
  approval jsonb,
  constraint playbook_step_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint playbook_step_pkey PRIMARY KEY (id),
  constraint playbook_step_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES playbook(id) ON DELETE CASCADE,
  constraint playbook_step_playbook_id_key_key UNIQUE (playbook_id, key)
);

create table protected_target (
  kind text not null,
  id text not null,
  reason text not null,
  protected_by jsonb not null,
  protected_at timestamp(3) with time zone not null,
  constraint protected_target_pkey PRIMARY KEY (kind, id)
);

create table run (
  id text not null,
  playbook_id text not null,
  playbook_revision integer not null,
  status text not null,
  target_kind text not null,
  target_id text not null,
  target_display_name text not null,
  target_username text,
  target_privileged boolean,
  dry_run boolean not null,
  reason text,
  started_by jsonb not null,
  last_sequence integer not null,
  created_at timestamp(3) with time zone not null,
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  event_id text,
  paused boolean not null default false,
  retry_of_id text,
  undoes_id text,
  batch_id text,
  trace_parent text,
  constraint run_batch_id_fkey FOREIGN KEY (batch_id) REFERENCES run_batch(id),
  constraint run_event_id_fkey FOREIGN KEY (event_id) REFERENCES event(id),
  constraint run_pkey PRIMARY KEY (id),
  constraint run_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES playbook(id),
  constraint run_retry_of_id_fkey FOREIGN KEY (retry_of_id) REFERENCES run(id),
  constraint run_undoes_id_fkey FOREIGN KEY (undoes_id) REFERENCES run(id)
);

create table run_batch (
  id text not null,
  playbook_id text not null,
  playbook_revision integer not null,
  dry_run boolean not null,
  reason text,
  started_by jsonb not null,
  created_at timestamp(3) with time zone not null,
  constraint run_batch_pkey PRIMARY KEY (id),
  constraint run_batch_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES playbook(id)
);

create table run_event (
  run_id text not null,
  sequence integer not null,
  type text not null,
  at timestamp(3) with time zone not null,
  message text not null,
  run_status text not null,
  run_step_id text,
  constraint run_event_pkey PRIMARY KEY (run_id, sequence),
  constraint run_event_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id),
  constraint run_event_run_step_id_fkey FOREIGN KEY (run_step_id) REFERENCES run_step(id)
);

create table run_step (
  id text not null,
  run_id text not null,
  "position" integer not null,
  key text not null,
  action_id text not null,
  connection_id text,
  status text not null,
  input jsonb not null,
  output jsonb,
  plan text[] not null,
  after text[] not null,
  run_if text,
  on_failure text not null,
  timeout_ms integer not null,
  retry jsonb not null,
  replay text not null,
  verification text,
  error jsonb,
  attempt_number integer not null,
  interruption_count integer not null,
  read_back boolean not null,
  claim_number integer not null,
  worker_id text,
  claimed_at timestamp(3) with time zone,
  next_attempt_at timestamp(3) with time zone,
  started_at timestamp(3) with time zone,
  finished_at timestamp(3) with time zone,
  approval jsonb,
  approved_at timestamp(3) with time zone,
  queue_priority integer,
  constraint run_step_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint run_step_pkey PRIMARY KEY (id),
  constraint run_step_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id),
  constraint run_step_run_id_key_key UNIQUE (run_id, key),
  constraint run_step_run_id_position_key UNIQUE (run_id, "position")
);

create table run_target (
  run_id text not null,
  connection_id text not null,
  target jsonb not null,
  constraint run_target_connection_id_fkey FOREIGN KEY (connection_id) REFERENCES connection(id),
  constraint run_target_pkey PRIMARY KEY (run_id, connection_id),
  constraint run_target_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id)
);

create table trigger (
  id text not null,
  name text not null,
  active boolean not null,
  event_type text not null,
  conditions jsonb not null,
  expression text,
  schedule text,
  time_zone text,
  missed_schedule text not null,
  target text,
  cooldown_ms integer,
  revision integer not null,
  created_by jsonb not null,
  created_at timestamp(3) with time zone not null,
  updated_at timestamp(3) with time zone not null,
  deleted_at timestamp(3) with time zone,
  next_due_at timestamp(3) with time zone,
  constraint trigger_pkey PRIMARY KEY (id)
);

create table trigger_firing (
  id text not null,
  trigger_id text not null,
  event_id text not null,
  target_kind text,
  target_id text,
  playbook_id text,
  outcome text not null,
  run_id text,
  reason text,
  at timestamp(3) with time zone not null,
  constraint trigger_firing_event_id_fkey FOREIGN KEY (event_id) REFERENCES event(id) ON DELETE CASCADE,
  constraint trigger_firing_pkey PRIMARY KEY (id),
  constraint trigger_firing_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES playbook(id),
  constraint trigger_firing_run_id_fkey FOREIGN KEY (run_id) REFERENCES run(id),
  constraint trigger_firing_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES trigger(id)
);

create table trigger_playbook (
  trigger_id text not null,
  playbook_id text not null,
  linked_by jsonb not null,
  linked_at timestamp(3) with time zone not null,
  constraint trigger_playbook_pkey PRIMARY KEY (trigger_id, playbook_id),
  constraint trigger_playbook_playbook_id_fkey FOREIGN KEY (playbook_id) REFERENCES playbook(id),
  constraint trigger_playbook_trigger_id_fkey FOREIGN KEY (trigger_id) REFERENCES trigger(id)
);

create table worker_process (
  worker_id text not null,
  backend_pid integer not null,
  host text not null,
  os_pid integer not null,
  heartbeat_at timestamp(3) with time zone not null,
  constraint worker_process_pkey PRIMARY KEY (worker_id)
);

CREATE INDEX approval_pending ON public.approval USING btree (expires_at) WHERE (status = 'PENDING'::text);

CREATE INDEX approval_run ON public.approval USING btree (run_id);

CREATE INDEX approval_link_approval ON public.approval_link USING btree (approval_id);

CREATE INDEX audit_entry_subject ON public.audit_entry USING btree (subject, sequence) WHERE (subject IS NOT NULL);

CREATE INDEX changed_target_at ON public.changed_target USING btree (changed_at);

CREATE INDEX connection_check_due ON public.connection_check USING btree (checked_at);

CREATE INDEX consent_request_connection ON public.consent_request USING btree (connection_id);

CREATE INDEX consent_request_expiry ON public.consent_request USING btree (expires_at);

CREATE INDEX event_of_type ON public.event USING btree (event_type, id);

CREATE INDEX event_received ON public.event USING btree (received_at);

CREATE INDEX event_feed_due ON public.event_feed USING btree (next_look_at) WHERE active;

CREATE UNIQUE INDEX event_source_name ON public.event_source USING btree (name) WHERE (deleted_at IS NULL);

CREATE INDEX hook_delivery_received ON public.hook_delivery USING btree (received_at);

CREATE INDEX playbook_step_connection ON public.playbook_step USING btree (connection_id);

CREATE INDEX run_batch_given ON public.run USING btree (batch_id, id) WHERE (batch_id IS NOT NULL);

CREATE INDEX run_event_given ON public.run USING btree (event_id) WHERE (event_id IS NOT NULL);

CREATE INDEX run_paused ON public.run USING btree (id) WHERE paused;

CREATE INDEX run_playbook ON public.run USING btree (playbook_id, id);

CREATE UNIQUE INDEX run_retry ON public.run USING btree (retry_of_id) WHERE (retry_of_id IS NOT NULL);

CREATE INDEX run_target_given ON public.run USING btree (target_id, id);

CREATE INDEX run_undo ON public.run USING btree (undoes_id) WHERE (undoes_id IS NOT NULL);

CREATE INDEX run_unfinished ON public.run USING btree (id) WHERE (finished_at IS NULL);

CREATE INDEX run_step_claimed ON public.run_step USING btree (worker_id) WHERE (status = ANY (ARRAY['RUNNING'::text, 'VERIFYING'::text]));

CREATE INDEX run_step_waiting ON public.run_step USING btree (connection_id, queue_priority, next_attempt_at) WHERE (queue_priority IS NOT NULL);

CREATE INDEX trigger_due ON public.trigger USING btree (next_due_at) WHERE (next_due_at IS NOT NULL);

CREATE INDEX trigger_of_type ON public.trigger USING btree (event_type) WHERE (active AND (deleted_at IS NULL));

CREATE INDEX trigger_firing_of_target ON public.trigger_firing USING btree (trigger_id, target_id, at) WHERE (outcome = 'STARTED'::text);

CREATE INDEX trigger_firing_of_trigger ON public.trigger_firing USING btree (trigger_id, id);

CREATE UNIQUE INDEX trigger_firing_once ON public.trigger_firing USING btree (event_id, trigger_id, target_id, playbook_id) NULLS NOT DISTINCT;

CREATE INDEX trigger_playbook_reverse ON public.trigger_playbook USING btree (playbook_id);
