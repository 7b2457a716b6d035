import { AppShell, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, useRef } from 'react';
import { Outlet, ScrollRestoration, useLocation } from 'react-router';
import { useRead } from '../api/use-read.js';
import { ViewerContext } from '../api/viewer.js';
import { ViewerDocument } from '../gql/shell.js';
import { FaultNotice } from '../states/FaultNotice.js';
import { Header } from './Header.js';
import { Navigation } from './Navigation.js';
import { PauseBanner } from './PauseBanner.js';
import { UnreachableBanner } from './UnreachableBanner.js';

/** What stands around every page. Pages are shown while it is still being found out who looks at them: the service decides anyway. */
export function Shell() {
  const viewer = useRead(ViewerDocument, {});
  const [isOpen, { toggle, close }] = useDisclosure();
  const main = useFocusOnNewPage(close);
  return (
    <ViewerContext value={viewer.data}>
      <a
        className="skip"
        href="#main"
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <AppShell header={{ height: 56 }} navbar={{ width: 220, breakpoint: 'sm', collapsed: { mobile: !isOpen } }} padding="md">
        <Header isOpen={isOpen} onToggle={toggle} />
        <Navigation />
        <AppShell.Main id="main" ref={main} tabIndex={-1}>
          <Stack>
            <UnreachableBanner />
            <PauseBanner />
            {viewer.fault ? <FaultNotice fault={viewer.fault} onRetry={viewer.refresh} order={1} /> : <Outlet />}
          </Stack>
        </AppShell.Main>
      </AppShell>
      <ScrollRestoration />
    </ViewerContext>
  );
}

/** On another page, who uses the keyboard or a screen reader begins at its content, and the navigation is out of the way. */
function useFocusOnNewPage(closeNavigation: () => void) {
  const main = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const shown = useRef(pathname);
  useEffect(() => {
    if (shown.current === pathname) return;
    shown.current = pathname;
    closeNavigation();
    main.current?.focus({ preventScroll: true });
  }, [pathname, closeNavigation]);
  return main;
}
