import { useSortable } from '@dnd-kit/sortable';
import { CSS } from '@dnd-kit/utilities';
import { Button, Collapse, Group, Stack, Text, Title } from '@mantine/core';
import { useId, useState } from 'react';
import { wordsOfDuration } from '../../../parts/duration.js';
import type { StepDraft } from './draft.js';
import { actionOf, titleOf, useEditor, type Connection } from './editor-context.js';
import { StepFields } from './StepFields.js';
import { StepProblems } from './StepProblems.js';
import { Suggestions } from './Suggestions.js';

interface Props {
  readonly steps: readonly StepDraft[];
  readonly index: number;
  readonly step: StepDraft;
  readonly onChange: (step: StepDraft) => void;
  readonly onConnected: (connection: Connection) => void;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
  readonly onAdd: (action: string) => void;
}

/** One step: what it does in a line, its problems, and its settings when they are opened. */
export function StepCard({ steps, index, step, onChange, onConnected, onMove, onRemove, onAdd }: Props) {
  const { providers, mayWrite, problemsBelow } = useEditor();
  const body = useId();
  const { setNodeRef, setActivatorNodeRef, attributes, listeners, transform, transition, isDragging } = useSortable({ id: step.key, disabled: !mayWrite });
  const [isOpened, setIsOpened] = useState(false);
  const isOpen = isOpened || problemsBelow('steps', index) > 0;
  const action = actionOf(providers, step.action);
  const title = titleOf(providers, step);
  return (
    <Stack component="li" ref={setNodeRef} gap="xs" p="md" bd="1px solid var(--line)" bdrs="sm" bg="var(--card)" style={{ transform: CSS.Translate.toString(transform), transition, zIndex: Number(isDragging), position: 'relative' }}>
      <Group justify="space-between" gap="xs">
        <Title order={3} size="h5">
          {index + 1}. {title}{' '}
          <Text span className="quiet" size="sm">
            {step.key}
          </Text>
        </Title>
        <Group gap="xs">
          {mayWrite && (
            <>
              <Button variant="default" size="xs" ref={setActivatorNodeRef} {...attributes} {...listeners} aria-label={`Drag ${title}`} style={{ touchAction: 'none', cursor: 'grab' }}>
                ⠿
              </Button>
              <OrderButtons title={title} index={index} count={steps.length} onMove={onMove} onRemove={onRemove} />
            </>
          )}
          <Button variant="default" size="xs" aria-expanded={isOpen} aria-controls={body} aria-label={`${isOpen ? 'Close' : 'Open'} ${title}`} onClick={() => setIsOpened(!isOpen)}>
            {isOpen ? 'Close' : 'Open'}
          </Button>
        </Group>
      </Group>
      <Text size="sm" className="quiet">
        {summaryOf(step)}
      </Text>
      <StepProblems step={step} />
      {action && mayWrite && <Suggestions action={action} steps={steps} onAdd={onAdd} />}
      <Collapse expanded={isOpen} id={body}>
        {isOpen && <StepFields steps={steps} index={index} step={step} onChange={onChange} onConnected={onConnected} />}
      </Collapse>
    </Stack>
  );
}

interface OrderProps {
  readonly title: string;
  readonly index: number;
  readonly count: number;
  readonly onMove: (to: number) => void;
  readonly onRemove: () => void;
}

function OrderButtons({ title, index, count, onMove, onRemove }: OrderProps) {
  return (
    <>
      <Button variant="default" size="xs" disabled={index === 0} onClick={() => onMove(index - 1)} aria-label={`Move ${title} up`}>
        ↑
      </Button>
      <Button variant="default" size="xs" disabled={index === count - 1} onClick={() => onMove(index + 1)} aria-label={`Move ${title} down`}>
        ↓
      </Button>
      <Button variant="default" size="xs" onClick={onRemove} aria-label={`Remove ${title}`}>
        Remove
      </Button>
    </>
  );
}

/** What is out of the ordinary, in a line. */
function summaryOf({ active, approval, runIf, onFailure, after }: StepDraft): string {
  return [
    !active && 'Inactive: it is skipped',
    approval && `${approval.quorum} of ${approval.contacts.length} has to approve within ${wordsOfDuration(approval.expiresAfter)}`,
    runIf.trim() !== '' && 'with a condition',
    onFailure === 'CONTINUE' && 'the others go on when it fails',
    after !== null && (after.length === 0 ? 'starts at once' : `starts after ${after.join(', ')}`),
  ]
    .filter(Boolean)
    .join(' · ');
}
