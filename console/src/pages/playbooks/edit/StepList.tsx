import { closestCenter, DndContext, KeyboardSensor, PointerSensor, useSensor, useSensors, type DragEndEvent } from '@dnd-kit/core';
import { SortableContext, sortableKeyboardCoordinates, verticalListSortingStrategy } from '@dnd-kit/sortable';
import { Button, Group, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { lazy, Suspense, useRef, useState } from 'react';
import { Empty } from '../../../states/Empty.js';
import { movedStep, newStep, withoutStep, type StepDraft } from './draft.js';
import { providerOf, titleOf, useEditor, type Connection } from './editor-context.js';
import { StepCard } from './StepCard.js';

const AddActionDialog = lazy(() => import('./AddActionDialog.js'));

interface Props {
  readonly steps: readonly StepDraft[];
  readonly onChange: (steps: readonly StepDraft[]) => void;
  /** Steps are not where they were any more. */
  readonly onReorder: () => void;
}

/** The steps in their order, which is changed by dragging, by the keyboard on the handle, or by buttons. */
export function StepList({ steps, onChange, onReorder }: Props) {
  const { providers, connections, mayWrite } = useEditor();
  const [isAdding, setIsAdding] = useState(false);
  const [told, setTold] = useState('');
  const addButton = useRef<HTMLButtonElement>(null);
  const sensors = useSensors(useSensor(PointerSensor, { activationConstraint: { distance: 4 } }), useSensor(KeyboardSensor, { coordinateGetter: sortableKeyboardCoordinates }));
  const reorder = (next: readonly StepDraft[], news: string): void => {
    onReorder();
    onChange(next);
    setTold(news);
  };
  const move = (step: StepDraft, to: number): void => reorder(movedStep(steps, steps.indexOf(step), to), `${titleOf(providers, step)} is step ${to + 1} of ${steps.length} now.`);
  const remove = (step: StepDraft): void => {
    reorder(withoutStep(steps, step.key), `${titleOf(providers, step)} is removed.`);
    addButton.current?.focus();
  };
  const add = (action: string): void => {
    const provider = providerOf(providers, action);
    const usual = steps.findLast((step) => step.connectionId !== null && providerOf(providers, step.action) === provider)?.connectionId;
    const [only, another] = connections.filter((connection) => connection.provider.id === provider?.id);
    const step = newStep(action, usual ?? (another ? null : (only?.id ?? null)), steps);
    reorder([...steps, step], `${titleOf(providers, step)} is step ${steps.length + 1}.`);
  };
  // Whoever connects a tenant means all steps of its provider that have none yet.
  const connect = ({ id, provider }: Connection, key: string): void =>
    onChange(steps.map((step) => (step.key === key || (step.connectionId === null && providerOf(providers, step.action)?.id === provider.id) ? { ...step, connectionId: id } : step)));
  const drop = ({ active, over }: DragEndEvent): void => {
    const step = steps.find(({ key }) => key === active.id);
    const to = steps.findIndex(({ key }) => key === over?.id);
    if (step && to >= 0 && steps[to] !== step) move(step, to);
  };
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Title order={2} size="h4">
          Steps
        </Title>
        {mayWrite && (
          <Button ref={addButton} variant="default" onClick={() => setIsAdding(true)}>
            Add action
          </Button>
        )}
      </Group>
      <VisuallyHidden role="status" aria-live="polite">
        {told}
      </VisuallyHidden>
      {steps.length === 0 && (
        <Empty title="There are no steps yet">
          <Text className="quiet">Add the actions that are to be carried out, one after the other.</Text>
        </Empty>
      )}
      <DndContext sensors={sensors} collisionDetection={closestCenter} onDragEnd={drop}>
        <SortableContext items={steps.map(({ key }) => key)} strategy={verticalListSortingStrategy}>
          <Stack component="ol" gap="sm" p={0} m={0} style={{ listStyle: 'none' }} aria-label="Steps">
            {steps.map((step, index) => (
              <StepCard key={step.key} steps={steps} index={index} step={step} onChange={(next) => onChange(steps.with(index, next))} onConnected={(connection) => connect(connection, step.key)} onMove={(to) => move(step, to)} onRemove={() => remove(step)} onAdd={add} />
            ))}
          </Stack>
        </SortableContext>
      </DndContext>
      <Suspense>{isAdding && <AddActionDialog steps={steps} onAdd={add} onClose={() => setIsAdding(false)} />}</Suspense>
    </Stack>
  );
}
