/** What is needed of a step to know when it starts. */
export interface OrderedStep {
  readonly key: string;
  readonly after: readonly string[] | null;
}

/** The keys that must be finished before the step at `index` starts: those it names, else the step before it. */
export function forerunnersOf(steps: readonly OrderedStep[], index: number): readonly string[] {
  const named = steps[index]?.after;
  if (named) return named;
  const previous = steps[index - 1];
  return previous ? [previous.key] : [];
}

/** The keys of one circle of steps that wait for each other; undefined when every step can start some time. */
export function findCycle(steps: readonly OrderedStep[]): readonly string[] | undefined {
  const waitsFor = new Map(steps.map((step, index) => [step.key, forerunnersOf(steps, index)]));
  const settled = new Set<string>();

  const visit = (key: string, trail: readonly string[]): readonly string[] | undefined => {
    if (trail.includes(key)) return [...trail.slice(trail.indexOf(key)), key];
    if (settled.has(key)) return undefined;
    for (const next of waitsFor.get(key) ?? []) {
      const cycle = visit(next, [...trail, key]);
      if (cycle) return cycle;
    }
    settled.add(key);
    return undefined;
  };

  for (const step of steps) {
    const cycle = visit(step.key, []);
    if (cycle) return cycle;
  }
  return undefined;
}
