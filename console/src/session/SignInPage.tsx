import { Alert, Button, Container, Divider, PasswordInput, Stack, Text, Title } from '@mantine/core';
import { useEffect, useState } from 'react';
import { signInByKey, signInByProvider } from './session.js';
import { readIdentityProvider } from './sign-in.js';

/** Whether one can sign in by an identity provider here, and what is the matter when that cannot be found out. */
function useIdentityProvider(): { isThere: boolean; problem: string } {
  const [found, setFound] = useState({ isThere: false, problem: '' });
  useEffect(() => {
    let isShown = true;
    readIdentityProvider().then(
      (provider) => isShown && setFound({ isThere: provider !== null, problem: '' }),
      (error: Error) => isShown && setFound({ isThere: false, problem: error.message }),
    );
    return () => {
      isShown = false;
    };
  }, []);
  return found;
}

export function SignInPage({ message, isLeaving }: { readonly message: string; readonly isLeaving: boolean }) {
  const { isThere, problem } = useIdentityProvider();
  const [key, setKey] = useState('');
  const notice = [message, problem].filter(Boolean).join(' ');
  return (
    <Container component="main" size="xs" py="xl">
      <title>Sign in · Countermeasure</title>
      <Stack>
        <Text fw={700} c="var(--accent)">
          Countermeasure
        </Text>
        <Title order={1}>Sign in</Title>
        <div role="status" aria-live="polite">
          {notice && <Alert color="yellow">{notice}</Alert>}
        </div>
        {isThere && !isLeaving && (
          <>
            <Button onClick={() => void signInByProvider()}>Sign in with your identity provider</Button>
            <Divider label="or" />
          </>
        )}
        {!isLeaving && (
          <form
            onSubmit={(event) => {
              event.preventDefault();
              signInByKey(key.trim());
            }}
          >
            <Stack>
              <PasswordInput
                label="API key"
                description="The first admin key is shown once at the first start and kept in the file admin-key of the data folder. The key stays in this tab."
                value={key}
                onChange={({ currentTarget }) => setKey(currentTarget.value)}
                autoComplete="off"
                spellCheck={false}
                visibilityToggleButtonProps={{ 'aria-label': 'Show what is typed' }}
                required
                withAsterisk={false}
              />
              <Button type="submit" variant={isThere ? 'default' : 'filled'}>
                Sign in by key
              </Button>
            </Stack>
          </form>
        )}
      </Stack>
    </Container>
  );
}
