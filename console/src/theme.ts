import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

/** Shades around the accent of look.css. */
const accent: MantineColorsTuple = ['#e8f2fc', '#cfe3f8', '#a3cbf3', '#7db8f7', '#4d97e0', '#2b7ecd', '#1a6dbd', '#0b5cad', '#094c90', '#063a6f'];

/** Shades around --bad of look.css: white on the eighth can be read. */
const red: MantineColorsTuple = ['#fdecea', '#f9d5d2', '#f2aca6', '#ff9b93', '#e0665d', '#cf473d', '#c0362c', '#b3261e', '#931d16', '#73140f'];

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 7, dark: 7 },
  colors: { accent, red },
  fontFamily: 'var(--type)',
  headings: { fontFamily: 'var(--type)', sizes: { h1: { fontSize: '1.5rem', lineHeight: '1.25' } } },
  defaultRadius: 'sm',
  focusRing: 'auto',
  respectReducedMotion: true,
});

/** The library's own greys are too pale to be read; look.css has both schemes of each colour in one variable. */
const colours = {
  '--mantine-color-body': 'var(--paper)',
  '--mantine-color-text': 'var(--ink)',
  '--mantine-color-dimmed': 'var(--quiet)',
  '--mantine-color-placeholder': 'var(--quiet)',
  '--mantine-color-error': 'var(--bad)',
};

export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: colours, dark: colours });
