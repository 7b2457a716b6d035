import { Button, Group, NativeSelect, Stack, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useAsk } from '../../api/use-ask.js';
import { useMay } from '../../api/viewer.js';
import { TestTriggerDocument, type TestEventInput } from '../../gql/trigger.js';
import { Code } from '../../parts/Code.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { rulesToTry, isSame } from './rules.js';
import { StoredEventChoice, type StoredEvent } from './StoredEventChoice.js';
import type { EventType, Rules } from './trigger.types.js';
import { Verdict } from './Verdict.js';

type Source = 'sample' | 'own' | 'stored';

interface Props {
  readonly id: string;
  readonly rules: Rules;
  readonly eventType: EventType;
}

/** Holds the rules against one event: the sample, one that is made up, or one that was received. */
export function TestPanel({ id, rules, eventType }: Props) {
  const mayReadEvents = useMay()('event:read');
  const [source, setSource] = useState<Source>('sample');
  const [payload, setPayload] = useDraft(`payload ${id} ${eventType.id}`, JSON.stringify(eventType.sample, null, 2));
  const [stored, setStored] = useState<StoredEvent>();
  const { data, asked, fault, isUnderWay, ask } = useAsk(TestTriggerDocument);
  const written = source === 'own' ? readPayload(payload) : {};
  const event = eventOf(source, written.payload, stored);
  const input = { ...rulesToTry(rules), ...(event && { event }) };
  const isCurrent = isSame(asked?.input, input);
  return (
    <Stack gap="sm">
      <NativeSelect
        label="Event"
        value={source}
        onChange={({ currentTarget }) => setSource(currentTarget.value as Source)}
        data={[
          { value: 'sample', label: 'The sample' },
          { value: 'own', label: 'One of your own' },
          ...(mayReadEvents ? [{ value: 'stored', label: 'One that was received' }] : []),
        ]}
        maw="20rem"
      />
      {source === 'own' && <Textarea label="What it tells, as JSON" value={payload} onChange={({ currentTarget }) => setPayload(currentTarget.value)} error={written.problem} autosize minRows={4} maxRows={20} spellCheck={false} ff="monospace" />}
      {source === 'stored' && <StoredEventChoice type={eventType.id} value={stored} onChange={setStored} />}
      {source === 'stored' && stored && <Code value={stored.payload} />}
      <Group>
        <Button variant="default" loading={isUnderWay} disabled={written.problem !== undefined || (source === 'stored' && !stored)} onClick={() => void ask({ input })}>
          Test
        </Button>
      </Group>
      <div role="status" aria-live="polite">
        {isCurrent && data && <Verdict verdict={data.testTrigger} rules={rules} eventType={eventType} />}
      </div>
      {isCurrent && fault && <FaultNotice fault={fault} order={3} />}
    </Stack>
  );
}

function eventOf(source: Source, payload: Readonly<Record<string, unknown>> | undefined, stored: StoredEvent | undefined): TestEventInput | undefined {
  if (source === 'own' && payload) return { payload };
  return source === 'stored' && stored ? { eventId: stored.id } : undefined;
}

function readPayload(text: string): { payload?: Readonly<Record<string, unknown>>; problem?: string } {
  try {
    const read: unknown = JSON.parse(text);
    if (typeof read === 'object' && read !== null && !Array.isArray(read)) return { payload: read as Readonly<Record<string, unknown>> };
    return { problem: 'An event is an object: { … }.' };
  } catch (error) {
    return { problem: `This is no JSON: ${error instanceof Error ? error.message : String(error)}` };
  }
}
