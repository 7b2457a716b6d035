import { createBrowserRouter } from 'react-router';
import { PAGES, FIRST_PAGE } from './pages.js';
import { Shell } from './shell/Shell.js';
import { NothingHere, PageBroke } from './shell/PageBroke.js';
import { Loading } from './states/Loading.js';

export const createRouter = (): ReturnType<typeof createBrowserRouter> =>
  createBrowserRouter([
    {
      element: <Shell />,
      HydrateFallback: Loading,
      ErrorBoundary: PageBroke,
      children: [
        {
          ErrorBoundary: PageBroke,
          children: [{ index: true, lazy: FIRST_PAGE }, ...PAGES.map(({ path, lazy }) => ({ path, lazy })), { path: '*', Component: NothingHere }],
        },
      ],
    },
  ]);
