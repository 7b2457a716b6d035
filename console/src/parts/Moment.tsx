/** A moment as people read it here; the exact one, in UTC, is its title. */
export function Moment({ at, isTimeOnly = false }: { readonly at: string; readonly isTimeOnly?: boolean }) {
  const date = new Date(at);
  return (
    <time dateTime={at} title={date.toISOString()}>
      {isTimeOnly ? date.toLocaleTimeString() : date.toLocaleString()}
    </time>
  );
}
