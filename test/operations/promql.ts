import { parser } from '@prometheus-io/lezer-promql';

/** What an expression asks for: a metric with the labels that it names, by their matchers and groupings. */
export interface Asked {
  readonly metric: string;
  readonly labels: readonly string[];
}

/** Reads an expression of PromQL; throws where it is none. Grafana's interval stands for five minutes. */
export function readExpression(expression: string): Asked[] {
  const text = expression.replaceAll('$__rate_interval', '5m');
  const asked: { metric: string; labels: string[] }[] = [];
  const groupings: string[] = [];
  const textOf = ({ from, to }: { from: number; to: number }): string => text.slice(from, to);
  parser.parse(text).iterate({
    enter(node) {
      if (node.type.isError) throw new Error(`No PromQL at ${node.from}: ${text}`);
      if (node.name === 'VectorSelector') asked.push({ metric: textOf(node.node.getChild('Identifier') ?? node), labels: [] });
      if (node.name !== 'LabelName') return;
      if (node.node.parent?.name === 'GroupingLabels') groupings.push(textOf(node));
      else asked.at(-1)?.labels.push(textOf(node));
    },
  });
  return asked.map(({ metric, labels }) => ({ metric, labels: [...labels, ...groupings] }));
}
