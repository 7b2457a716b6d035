import { createBrowserRouter } from 'react-router';
import { PAGES } from './pages.js';
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
          children: [...PAGES.map(({ path, lazy }) => ({ path, lazy })), { path: '*', Component: NothingHere }],
        },
      ],
    },
  ]);
