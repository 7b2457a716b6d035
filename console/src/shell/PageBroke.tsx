import { Button, Stack, Text, Title } from '@mantine/core';
import { Link, useLocation, useRouteError } from 'react-router';

/** A page that could not be loaded or failed while it was drawn. Everything around it stays. */
export function PageBroke() {
  const error = useRouteError();
  return (
    <Stack role="alert" align="flex-start">
      <title>Something is wrong · Countermeasure</title>
      <Title order={1}>This page cannot be shown</Title>
      <Text>It could not be loaded, or it has a fault. When the service was renewed meanwhile, loading it anew mends that.</Text>
      <Text className="quiet">{error instanceof Error ? error.message : String(error)}</Text>
      <Button onClick={() => location.reload()}>Load it anew</Button>
    </Stack>
  );
}

export function NothingHere() {
  const { pathname } = useLocation();
  return (
    <Stack align="flex-start">
      <title>Nothing here · Countermeasure</title>
      <Title order={1}>There is nothing here</Title>
      <Text>The console has no page {pathname}. Look at the link again.</Text>
      <Link to="/">To the first page</Link>
    </Stack>
  );
}
