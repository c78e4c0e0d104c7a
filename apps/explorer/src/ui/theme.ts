/** Dark and light: as the system says, until a choice is made. */
import { useEffect, useState } from 'preact/hooks';

export type Theme = 'light' | 'dark';

const KEY = 'racewalk-theme';
const system = (): Theme => (matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light');

function saved(): Theme | null {
  try {
    const value = localStorage.getItem(KEY);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null;
  }
}

export const nextTheme = (theme: Theme): Theme => (theme === 'dark' ? 'light' : 'dark');

/** The theme, and how to choose another. */
export function useTheme(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState<Theme>(() => saved() ?? system());
  useEffect(() => {
    document.documentElement.dataset.theme = theme;
  }, [theme]);
  const choose = (to: Theme): void => {
    setTheme(to);
    try {
      localStorage.setItem(KEY, to);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
  };
  return [theme, choose];
}
