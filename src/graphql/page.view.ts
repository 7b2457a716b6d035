import { ArgsType, Field, Int, ObjectType } from 'type-graphql';
import { toCursor, type Page } from '../db/page.js';

@ObjectType('PageInfo', { description: 'Where a page of a list stands in the whole of it.' })
export class PageInfoView {
  @Field({ description: 'Whether there are more entries behind the last one of this page.' })
  hasNextPage!: boolean;

  @Field({ description: 'Whether there are more entries before the first one of this page.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first entry of this page; null when the page is empty.' })
  startCursor!: string | null;

  @Field(() => String, { nullable: true, description: 'The cursor of the last entry of this page; null when the page is empty.' })
  endCursor!: string | null;
}

@ArgsType()
export class PageArgs {
  @Field(() => Int, { nullable: true, description: 'How many entries from the start or behind `after`: 1 to 100, 25 by default.' })
  first?: number;

  @Field(() => String, { nullable: true, description: 'The cursor behind which to begin.' })
  after?: string;

  @Field(() => Int, { nullable: true, description: 'How many entries from the end or before `before`: 1 to 100. Not together with `first`.' })
  last?: number;

  @Field(() => String, { nullable: true, description: 'The cursor before which to end.' })
  before?: string;
}

/** A page in the form of a Relay connection. */
export interface ListView<Row> {
  readonly edges: readonly { readonly cursor: string; readonly node: Row }[];
  readonly nodes: readonly Row[];
  readonly pageInfo: PageInfoView;
  readonly totalCount: number | Promise<number>;
}

export function toListView<Row extends { id: string }>({ rows, hasNextPage, hasPreviousPage, countAll }: Page<Row>): ListView<Row> {
  const edges = rows.map((node) => ({ cursor: toCursor(node.id), node }));
  return {
    edges,
    nodes: rows,
    pageInfo: { hasNextPage, hasPreviousPage, startCursor: edges.at(0)?.cursor ?? null, endCursor: edges.at(-1)?.cursor ?? null },
    get totalCount() {
      return countAll();
    },
  };
}
