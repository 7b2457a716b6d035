export interface FigureProps {
  readonly title: string;
  /** What the rows are, above their names in the table. */
  readonly of: string;
  readonly rows: readonly { readonly name: string; readonly values: Readonly<Record<string, number>> }[];
  readonly series: readonly { readonly key: string; readonly name: string; readonly colour: string }[];
  /** Lines across, at the names of rows. */
  readonly marks?: readonly { readonly at: string; readonly name: string }[];
  /** Bars on one another, because together they are the whole. */
  readonly isStacked?: boolean;
}
