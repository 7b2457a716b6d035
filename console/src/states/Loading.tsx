import { Skeleton, Stack, Text, VisuallyHidden } from '@mantine/core';
import { useEffect, useState } from 'react';

const LONG_MS = 4_000;

/** Something is on its way. After a while it says that it takes long, so that nobody thinks that it stands still. */
export function Loading() {
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setIsLong(true), LONG_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <Stack role="status" aria-live="polite" gap="sm">
      <VisuallyHidden>Loading</VisuallyHidden>
      {isLong && <Text className="quiet">This takes longer than usual. It is shown as soon as it is there.</Text>}
      <Skeleton height={28} width="40%" />
      <Skeleton height={72} />
      <Skeleton height={72} />
    </Stack>
  );
}
